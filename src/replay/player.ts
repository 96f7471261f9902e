import { monotonicMicroseconds } from '../clock.ts';
import type { Lane } from '../inference/lane.ts';
import type { LaneReply } from '../inference/messages/reply-batch.ts';
import type { ModelSignature } from '../protocol/signature.ts';
import type { LaneStatus } from '../shadow/lane-status.ts';
import type { LabelSink } from './label-sink.ts';
import { type RecordedRequest, type Recording, refusalOf } from './recording.ts';

/** Where requests are played to. */
export interface PlayedLanes {
  readonly primary: Pick<Lane, 'submit' | 'onServed'>;
  /** Gets from the mirror what the primary has answered. */
  readonly shadow: Pick<Lane, 'queued' | 'onServed'>;
  readonly shadowStatus: () => LaneStatus;
}

export interface PlayerOptions {
  readonly lanes: PlayedLanes;
  /** Requests under way at most. */
  readonly mostUnderWay: number;
  /** Resolves when the log has taken in what it had so far. */
  readonly logCaughtUp: () => Promise<void>;
  readonly labels: LabelSink;
  /** Told of each entry that cannot be played; what it throws ends the replay. */
  readonly onRefused: (sentence: string) => void;
}

export interface Played {
  readonly requests: number;
  readonly rows: number;
  readonly refused: number;
}

/** Bodies that are under way together, roughly. */
const mostBytes = 128 * 1024 * 1024;
const rowsPerLogCheck = 20_000;
/** A lane that lets requests go without a run tells nobody. */
const lookAgainMs = 50;
/** How long a worker that died may take to be replaced. */
const patienceMs = 5 * 60_000;

/** Plays recordings through a primary and its shadow as fast as both take them. Nobody is hurried, so nothing is dropped. */
export class Player {
  readonly #options: PlayerOptions;
  #underWay = 0;
  #longestBody = 1;
  #requests = 0;
  #rows = 0;
  #refused = 0;
  #rowsAtLogCheck = 0;
  #logCheck: Promise<void> = Promise.resolve();
  /** What `onRefused` threw for the answer to a request: there is nobody to catch it then. */
  #failure: { readonly error: unknown } | null = null;
  #wake: (() => void) | null = null;

  constructor(options: PlayerOptions) {
    this.#options = options;
    const { primary, shadow } = options.lanes;
    const [afterPrimary, afterShadow] = [primary.onServed, shadow.onServed];
    primary.onServed = (served) => {
      afterPrimary?.(served);
      // The mirror offers in the next turn: until then a request is in neither queue.
      setImmediate(() => {
        this.#underWay -= served.requests.length;
        this.#wake?.();
      });
    };
    shadow.onServed = (served) => {
      afterShadow?.(served);
      this.#wake?.();
    };
  }

  get played(): Played {
    return { requests: this.#requests, rows: this.#rows, refused: this.#refused };
  }

  /**
   * Resolves when all of the recording is under way; call `finish` after the last one.
   *
   * @throws where the recording cannot be read, the shadow takes nothing any more, or `onRefused` threw
   */
  async play(
    recording: Recording,
    signature: ModelSignature,
    onProgress: (progress: number) => void,
  ): Promise<void> {
    for await (const { entries, progress } of recording.read(signature)) {
      for (const entry of entries) {
        if ('refusal' in entry) {
          this.#refuse(recording, entry.number, entry.refusal);
        } else {
          if (!this.#hasRoom) await this.#room();
          this.#submit(recording, entry);
        }
        if (this.#failure !== null) throw this.#failure.error;
      }
      await this.#keepPace();
      onProgress(progress);
    }
    if (recording.labels === null) return;
    for await (const labels of recording.labels()) {
      this.#options.labels.add(labels);
      await this.#options.labels.keepPace();
    }
  }

  /** Waits until everything is answered, offered to the shadow, and its labels are durable. */
  async finish(): Promise<void> {
    while (this.#underWay > 0) await this.#change();
    await this.#options.labels.finish();
    await this.#logCheck;
    if (this.#failure !== null) throw this.#failure.error;
  }

  get #hasRoom(): boolean {
    const { lanes, mostUnderWay } = this.#options;
    const most = Math.min(mostUnderWay, Math.max(1, Math.floor(mostBytes / this.#longestBody)));
    return this.#underWay + lanes.shadow.queued < most && lanes.shadowStatus().state === 'running';
  }

  async #room(): Promise<void> {
    const { lanes } = this.#options;
    let waitingSince: number | null = null;
    while (!this.#hasRoom) {
      const { state, reason } = lanes.shadowStatus();
      if (state === 'running') waitingSince = null;
      else waitingSince ??= performance.now();
      if (waitingSince !== null && performance.now() - waitingSince > patienceMs) {
        throw new Error(`the shadow takes no requests any more: ${reason ?? state}`);
      }
      await this.#change();
    }
  }

  /** Something was served, or some time has passed. */
  async #change(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, lookAgainMs);
    this.#wake = resolve;
    await promise;
    this.#wake = null;
    clearTimeout(timer);
  }

  #submit(recording: Recording, request: RecordedRequest): void {
    const { form, body, context } = request;
    this.#longestBody = Math.max(this.#longestBody, body.length);
    this.#underWay++;
    const taken = this.#options.lanes.primary.submit(
      {
        ...{ form, body, context, inferenceHeaderLength: null, attachment: null },
        // Nobody waits for the answer.
        ...{ priority: 0, deadlineMicroseconds: null, trace: null },
        arrivedMicroseconds: monotonicMicroseconds(),
        arrivedMs: Date.now(),
      },
      (reply) => this.#take(recording, request, reply),
    );
    if (!taken) throw new Error('the primary took a request less than it has room for');
  }

  #take(recording: Recording, { number, labels }: RecordedRequest, reply: LaneReply): void {
    if (reply.notice === null) {
      this.#refuse(recording, number, sentenceIn(reply));
      return;
    }
    this.#requests++;
    this.#rows += reply.rows;
    this.#options.labels.add(labels);
  }

  #refuse(recording: Recording, number: number, reason: string): void {
    this.#refused++;
    try {
      this.#options.onRefused(refusalOf(recording, number, reason));
    } catch (error) {
      this.#failure ??= { error };
    }
  }

  /** Neither labels nor rows of the log may pile up. */
  async #keepPace(): Promise<void> {
    await this.#options.labels.keepPace();
    if (this.#rows - this.#rowsAtLogCheck < rowsPerLogCheck) return;
    this.#rowsAtLogCheck = this.#rows;
    await this.#logCheck;
    this.#logCheck = this.#options.logCaughtUp();
    // Awaited the next time, or at the end: until then its failure is nobody's.
    this.#logCheck.catch(() => undefined);
  }
}

/** Of `{"error": "…"}`. */
function sentenceIn({ body, status }: LaneReply): string {
  const answer: unknown = body.length === 0 ? null : JSON.parse(Buffer.from(body).toString());
  const sentence = typeof answer === 'object' && answer !== null && 'error' in answer ? answer.error : null;
  return typeof sentence === 'string' ? sentence : `it was answered with ${status} and not observed`;
}
