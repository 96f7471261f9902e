import { type GovernorChange, GovernorWords } from './governor-change.ts';
import { GovernorLaw } from './governor-law.ts';
import type { GovernorState } from './governor-state.ts';
import { pausesUntilBlind } from './governor-timing.ts';
import type { AnsweredBatch } from './interference-block.ts';
import { type Interference, InterferenceEpoch } from './interference-epoch.ts';
import { type BlockOutcome, InterferenceMeter, type MeterOptions } from './interference-meter.ts';

export interface GovernorOptions
  extends Pick<MeterOptions, 'lanes' | 'random' | 'nowMicroseconds' | 'schedule'> {
  readonly model: string;
  /** The slowdown that is accepted: 0.05 for 5%. */
  readonly budget: number;
  /** Error of each epoch's interval, all looks together. */
  readonly alpha?: number;
  readonly onChange: (change: GovernorChange) => void;
}

/** Blocks of which nothing came. */
export interface DiscardedBlocks {
  /** The shadows did not come to rest in time. */
  readonly busy: number;
  /** Too few requests arrived. */
  readonly few: number;
}

/** Then the next epoch begins, so that a slowdown that sets in late is not averaged away. */
const epochBlocks = 500;

/**
 * Measures by how much the shadows of one model slow its primary, and has less of the traffic mirrored when that is
 * more than the budget. Says so each time. Why it is done like this: docs/decisions/0008-governor.md.
 */
export class Governor implements Disposable {
  readonly #options: GovernorOptions;
  readonly #alpha: number;
  readonly #law: GovernorLaw;
  readonly #words: GovernorWords;
  readonly #meter: InterferenceMeter;
  #epoch: InterferenceEpoch;
  #lastEnded: Interference | null = null;
  #discarded: DiscardedBlocks = { busy: 0, few: 0 };
  #isBlind = false;
  #isExhausted = false;
  #hasFailed = false;

  constructor(options: GovernorOptions) {
    this.#options = options;
    this.#alpha = options.alpha ?? 0.05;
    this.#law = new GovernorLaw(options.budget);
    this.#words = new GovernorWords(options.model, options.budget);
    this.#epoch = new InterferenceEpoch(this.share, this.#alpha);
    this.#meter = new InterferenceMeter({
      ...options,
      onBlock: (outcome) => this.#take(outcome),
      onFailure: (error) => this.#fail(error),
    });
  }

  /** To be called for each batch of answered primary requests; costs next to nothing. */
  observe(batch: AnsweredBatch): void {
    this.#meter.observe(batch);
  }

  /** While true nothing is to be mirrored. */
  get isPaused(): boolean {
    return this.#meter.isPaused;
  }

  /** Factor on each configured sample, in (0, 1]. */
  get share(): number {
    return this.#law.share;
  }

  get state(): Exclude<GovernorState, 'off'> {
    if (this.#hasFailed) return 'failed';
    if (this.#isBlind) return 'blind';
    return this.#meter.isWaitingForTraffic ? 'waiting_for_traffic' : 'measuring';
  }

  /** Under the present share, the latest that is known; null while nothing is. */
  get interference(): Interference | null {
    if (this.#isBlind || this.#hasFailed) return null;
    const last = this.#lastEnded;
    return this.#epoch.interference ?? (last?.share === this.share ? last : null);
  }

  /** Pairs of windows that `interference` is made of, or that there are so far where it is null yet. */
  get pairs(): number {
    return this.interference?.blocks ?? this.#epoch.blocks;
  }

  get discardedBlocks(): DiscardedBlocks {
    return this.#discarded;
  }

  [Symbol.dispose](): void {
    this.#meter[Symbol.dispose]();
  }

  #take(outcome: BlockOutcome): void {
    if (outcome.kind === 'busy') {
      this.#takeBusy(outcome);
      return;
    }
    if (this.#isBlind) {
      this.#isBlind = false;
      this.#tell('sighted', this.#words.sighted(), this.share);
    }
    if (outcome.kind === 'few') {
      this.#discarded = { ...this.#discarded, few: this.#discarded.few + 1 };
      return;
    }
    this.#epoch.add(outcome.result, outcome.block);
    const { interference } = this.#epoch;
    if (interference !== null) this.#judge(interference);
  }

  #takeBusy({ lanes, settlingMs }: BlockOutcome & { kind: 'busy' }): void {
    this.#discarded = { ...this.#discarded, busy: this.#discarded.busy + 1 };
    const { busyInARow } = this.#meter;
    if (this.#isBlind || busyInARow < pausesUntilBlind) return;
    this.#isBlind = true;
    this.#tell('blind', this.#words.blind(lanes, busyInARow, settlingMs), this.share);
  }

  #judge(interference: Interference): void {
    const decision = this.#law.judge(interference, this.#options.nowMicroseconds() / 1000);
    if (decision === 'lowered' || decision === 'raised') {
      this.#isExhausted = false;
      this.#endEpoch(interference);
      const sentence = this.#words[decision](interference, this.share);
      this.#tell(decision, sentence, interference.share, interference);
      return;
    }
    if (interference.blocks >= epochBlocks) {
      this.#law.epochPassed();
      this.#endEpoch(interference);
    }
    if (decision !== 'exhausted' || this.#isExhausted) return;
    this.#isExhausted = true;
    this.#tell('exhausted', this.#words.exhausted(interference), this.share, interference);
  }

  #endEpoch(interference: Interference): void {
    this.#lastEnded = interference;
    this.#epoch = new InterferenceEpoch(this.share, this.#alpha);
  }

  #tell(
    kind: Exclude<GovernorChange['kind'], 'failed'>,
    sentence: string,
    fromShare: number,
    interference: Interference | null = null,
  ): void {
    this.#options.onChange({ kind, sentence, fromShare, toShare: this.share, interference, error: null });
  }

  #fail(error: unknown): void {
    this.#hasFailed = true;
    const { share } = this;
    const sentence = this.#words.failed(error, share);
    const change = { sentence, fromShare: share, toShare: share, interference: null, error };
    this.#options.onChange({ kind: 'failed', ...change });
  }
}
