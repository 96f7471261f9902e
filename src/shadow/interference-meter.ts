import { type GovernedLane, GovernorLanes, together } from './governor-lanes.ts';
import { RequestRate } from './governor-rate.ts';
import {
  type BlockTiming,
  blindGaps,
  firstGapMs,
  leastRequests,
  pausesUntilBlind,
  planBlock,
  pollMs,
} from './governor-timing.ts';
import { type AnsweredBatch, type BlockResult, InterferenceBlock } from './interference-block.ts';

export interface MeterOptions {
  /** Paused together. */
  readonly lanes: readonly GovernedLane[];
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** The monotonic clock of `arrivedMicroseconds`. */
  readonly nowMicroseconds: () => number;
  readonly schedule: (delayMs: number, action: () => void) => Disposable;
  readonly onBlock: (outcome: BlockOutcome) => void;
  /** Called once, when something threw: the lanes run on and nothing is measured any more. */
  readonly onFailure: (error: unknown) => void;
}

/** `busy`: these lanes did not come to rest in time; `few`: too few requests arrived in one of the windows. */
export type BlockOutcome =
  | { readonly kind: 'measured'; readonly result: BlockResult; readonly block: InterferenceBlock }
  | { readonly kind: 'few' }
  | { readonly kind: 'busy'; readonly lanes: readonly string[]; readonly settlingMs: number };

/**
 * Pauses lanes in short random windows and gathers the primary's latencies in and beside them. Two windows of equal
 * length lie side by side, and a coin says in which of them the lanes are paused.
 */
export class InterferenceMeter implements Disposable {
  readonly #options: MeterOptions;
  readonly #lanes: GovernorLanes;
  readonly #rate: RequestRate;
  readonly #block = new InterferenceBlock();
  #timer: Disposable | null = null;
  #isOver = false;
  #isWaiting = false;
  /** Whether answers of a block may still come in. */
  #isGathering = false;
  #latencyMs = 0;
  #restMs = 0;
  #busyInARow = 0;

  constructor(options: MeterOptions) {
    this.#options = options;
    this.#lanes = new GovernorLanes(options.lanes);
    this.#rate = new RequestRate(options.nowMicroseconds() / 1000);
    if (options.lanes.length > 0) this.#after(firstGapMs * (0.5 + options.random()), () => this.#plan());
  }

  /** On the way of every answered request. */
  observe(batch: AnsweredBatch): void {
    this.#rate.count(batch.requests.length);
    if (this.#isGathering) this.#block.add(batch);
  }

  get isPaused(): boolean {
    return this.#lanes.areHeld;
  }

  /** Whether there is too little traffic to learn anything from a pause. */
  get isWaitingForTraffic(): boolean {
    return this.#isWaiting;
  }

  /** Pauses, up to the last one, in which the lanes did not come to rest. */
  get busyInARow(): number {
    return this.#busyInARow;
  }

  [Symbol.dispose](): void {
    const failures = this.#stop();
    if (failures.length > 0) throw together(failures);
  }

  #plan(): void {
    if (this.#isGathering) this.#conclude();
    const now = this.#options.nowMicroseconds();
    const requestsPerMs = this.#rate.take(now / 1000);
    const seen = { requestsPerMs, latencyMs: this.#latencyMs, restMs: this.#restMs };
    const timing = planBlock(seen, this.#options.random());
    this.#isWaiting = timing === null;
    // Whoever was told of the last block may have ended this.
    if (this.#isOver) return;
    if (timing === null) this.#after(pollMs, () => this.#plan());
    else this.#run(timing);
  }

  #run(timing: BlockTiming): void {
    this.#block.clear();
    this.#isGathering = true;
    const offComesFirst = this.#options.random() < 0.5;
    this.#runWindow(offComesFirst, timing, () =>
      this.#runWindow(!offComesFirst, timing, () => {
        this.#lanes.resume();
        // In the gap the answers to the block's last requests come in.
        this.#after(timing.gapMs, () => this.#plan());
      }),
    );
  }

  #runWindow(isOff: boolean, timing: BlockTiming, done: () => void): void {
    if (isOff) this.#lanes.hold();
    else this.#lanes.resume();
    this.#after(timing.settlingMs, () => {
      const busy = isOff ? this.#lanes.busy : [];
      if (busy.length > 0) {
        this.#giveUp(busy, timing);
        return;
      }
      const window = isOff ? this.#block.off : this.#block.on;
      window.fromMicroseconds = this.#options.nowMicroseconds();
      this.#after(timing.windowMs, () => {
        window.toMicroseconds = this.#options.nowMicroseconds();
        done();
      });
    });
  }

  /** What would be measured is not the primary alone. */
  #giveUp(busy: readonly string[], { settlingMs, gapMs }: BlockTiming): void {
    this.#lanes.resume();
    this.#isGathering = false;
    this.#busyInARow++;
    // More time next time. The time is fixed before a block, not waited for in it: a window that began when the
    // shadow happens to be done would begin when the machine happens to be calm.
    this.#restMs = 2 * settlingMs;
    this.#after(gapMs * (this.#busyInARow < pausesUntilBlind ? 1 : blindGaps), () => this.#plan());
    this.#options.onBlock({ kind: 'busy', lanes: busy, settlingMs });
  }

  #conclude(): void {
    this.#isGathering = false;
    this.#busyInARow = 0;
    // Slowly, since each time it turns out too short a block is lost.
    this.#restMs *= 0.98;
    const result = this.#block.result(leastRequests);
    if (result !== null) this.#latencyMs = Math.exp(result.meanLog) / 1000;
    this.#options.onBlock(
      result === null ? { kind: 'few' } : { kind: 'measured', result, block: this.#block },
    );
  }

  #stop(): readonly unknown[] {
    this.#isOver = true;
    this.#isGathering = false;
    this.#timer?.[Symbol.dispose]();
    this.#timer = null;
    return this.#lanes.release();
  }

  #after(delayMs: number, action: () => void): void {
    this.#timer = this.#options.schedule(delayMs, () => {
      try {
        action();
      } catch (error) {
        this.#options.onFailure(together([error, ...this.#stop()]));
      }
    });
  }
}
