import { sentenceOf, UnderstudyError } from '../errors.ts';
import type { LiveStream } from '../http/live-route.ts';
import { eventFrame } from '../presentation/event-frame.ts';
import type { LiveProblem, LiveStatus } from './live-status.ts';
import { RateMeter } from './rate-meter.ts';
import { RefreshPace } from './refresh-pace.ts';
import type { LiveCounts } from './status-of.ts';

const statusMs = 1000;
/** Without a change, so that what stands between knows that the stream is alive. */
const quietMs = 15_000;

const neverSent = { seen: '', isMoving: false, sentMs: Number.NEGATIVE_INFINITY };

/** What a view asks about what it shows. */
export interface LiveSubject {
  /** @throws UnderstudyError where the model is not deployed */
  readonly counts: () => LiveCounts;
  /** Counts the labels that came. */
  readonly labels: () => number;
  /** Two events, `report` and `timeline`, with this id and the next; rejects with an UnderstudyError. */
  readonly make: (id: number) => Promise<Uint8Array>;
}

/** Milliseconds: of a steady clock, and since the epoch. */
export interface LiveClock {
  readonly steady: () => number;
  readonly wall: () => number;
}

/** Everyone who looks at the same: one report is made for all of them, and the same bytes are written to each. */
export class LiveView {
  readonly #subject: LiveSubject;
  readonly #clock: LiveClock;
  readonly #streams = new Set<LiveStream>();
  /** Those of them that lack the latest, since they did not take what came before. */
  readonly #behind = new Set<LiveStream>();
  readonly #pace = new RefreshPace();
  readonly #rates = { requests: new RateMeter(), compared: new RateMeter() };
  #id = 0;
  /** Of a report and a timeline, or of a problem. */
  #latest: Uint8Array | null = null;
  #problem: string | null = null;
  #status = neverSent;

  constructor(subject: LiveSubject, clock: LiveClock) {
    this.#subject = subject;
    this.#clock = clock;
  }

  get size(): number {
    return this.#streams.size;
  }

  /** @param hello JSON of the first event */
  add(stream: LiveStream, hello: string): void {
    this.#streams.add(stream);
    this.#behind.add(stream);
    stream.write(this.#frame('hello', hello));
    this.#status = neverSent;
    this.tick();
  }

  remove(stream: LiveStream): void {
    this.#streams.delete(stream);
    this.#behind.delete(stream);
  }

  end(): void {
    for (const stream of this.#streams) stream.end();
  }

  /** To be called several times a second. */
  tick(): void {
    const nowMs = this.#clock.steady();
    const counts = this.#counts();
    const seen = counts === null ? 'nothing' : JSON.stringify(counts);
    this.#tellStatus(counts, seen, nowMs);
    for (const stream of this.#behind) this.#catchUp(stream);
    this.#pace.note(`${seen} ${this.#subject.labels()}`, nowMs);
    if (this.#pace.isDue(nowMs)) void this.#refresh();
  }

  async #refresh(): Promise<void> {
    this.#pace.begin(this.#clock.steady());
    const id = this.#id + 1;
    this.#id += 2;
    try {
      const frames = await this.#subject.make(id);
      this.#problem = null;
      this.#publish(frames);
      this.#pace.end(this.#clock.steady(), true);
    } catch (error) {
      this.#tell(error);
      this.#pace.end(this.#clock.steady(), false);
    }
  }

  #counts(): LiveCounts | null {
    try {
      return this.#subject.counts();
    } catch (error) {
      this.#tell(error);
      return null;
    }
  }

  /** The same problem once. */
  #tell(error: unknown): void {
    const problem: LiveProblem = {
      code: error instanceof UnderstudyError ? error.code : 'INTERNAL',
      error: sentenceOf(error),
    };
    const json = JSON.stringify(problem);
    if (json === this.#problem) return;
    this.#problem = json;
    this.#publish(this.#frame('problem', json));
  }

  #publish(frame: Uint8Array): void {
    this.#latest = frame;
    for (const stream of this.#streams) {
      this.#behind.add(stream);
      this.#catchUp(stream);
    }
  }

  #catchUp(stream: LiveStream): void {
    if (stream.isBehind || this.#latest === null) return;
    this.#behind.delete(stream);
    stream.write(this.#latest);
  }

  /** Rates are told until they have come to rest. */
  #tellStatus(counts: LiveCounts | null, seen: string, nowMs: number): void {
    if (counts === null) {
      this.#status = neverSent;
      return;
    }
    const { seen: before, isMoving, sentMs } = this.#status;
    const rates = {
      requests_per_second: this.#rates.requests.read(counts.requests, nowMs),
      compared_per_second: this.#rates.compared.read(counts.compared, nowMs),
    };
    if (nowMs < sentMs + (isMoving || seen !== before ? statusMs : quietMs)) return;
    const status: LiveStatus = { at: new Date(this.#clock.wall()).toISOString(), ...counts, ...rates };
    this.#status = { seen, isMoving: Object.values(rates).some((rate) => rate > 0), sentMs: nowMs };
    const frame = this.#frame('status', JSON.stringify(status));
    for (const stream of this.#streams) if (!stream.isBehind) stream.write(frame);
  }

  #frame(event: string, json: string): Uint8Array {
    this.#id += 1;
    return Buffer.from(eventFrame(event, this.#id, json));
  }
}
