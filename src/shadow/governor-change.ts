import type { Interval } from '../analysis/statistics/interval.ts';
import { percent } from '../analysis/verdict/percent-text.ts';
import { sentenceOf } from '../errors.ts';
import type { Interference } from './interference-epoch.ts';

/**
 * Something the governor did or found that people must be told: it changed the share, is at its `exhausted` end,
 * cannot measure (`blind`) or can again (`sighted`), or has `failed` and given up.
 */
export interface GovernorChange {
  readonly kind: 'lowered' | 'raised' | 'exhausted' | 'blind' | 'sighted' | 'failed';
  readonly sentence: string;
  /** Factor on the configured samples before and after. */
  readonly fromShare: number;
  readonly toShare: number;
  /** What it was decided on. */
  readonly interference: Interference | null;
  /** What was thrown, if `failed`; else null. */
  readonly error: unknown;
}

/** Writes the sentences about one model. */
export class GovernorWords {
  readonly #model: string;
  readonly #budget: string;

  constructor(model: string, budget: number) {
    this.#model = model;
    this.#budget = shareText(budget);
  }

  lowered(interference: Interference, share: number): string {
    return `${this.#slowdown(interference)}, more than the budget of ${this.#budget}: ${shareText(share)} of the configured sample is mirrored from now on`;
  }

  raised(interference: Interference, share: number): string {
    return `${this.#slowdown(interference)}, within the budget of ${this.#budget}: ${shareText(share)} of the configured sample is mirrored from now on`;
  }

  exhausted(interference: Interference): string {
    return `${this.#slowdown(interference)}, more than the budget of ${this.#budget}, though only ${shareText(interference.share)} of the configured sample is mirrored, the least there is; give the server more cores, take the shadow away, or raise interference_budget`;
  }

  blind(busy: readonly string[], pauses: number, longestMs: number): string {
    return `how much shadows slow ${this.#model}'s primary is not known: ${busy.join(', ')} still ran when it had been paused for up to ${Math.round(longestMs)} ms, ${pauses} times in a row; the sample stays as it is`;
  }

  sighted(): string {
    return `how much shadows slow ${this.#model}'s primary can be measured again`;
  }

  failed(error: unknown, share: number): string {
    return `the governor of ${this.#model} failed and measures no more, ${shareText(share)} of the configured sample is mirrored until the model is loaded again: ${sentenceOf(error)}`;
  }

  #slowdown({ estimate, lower, upper }: Interval): string {
    return `shadows slow ${this.#model}'s primary by ${slowdownText(estimate)} (${slowdownText(lower)} to ${slowdownText(upper)})`;
  }
}

/** `12%`, `3.4%`, `−0.4%`: one digit after the point below 10%. */
function slowdownText(slowdown: number): string {
  const text = percent(Math.abs(slowdown), Math.abs(slowdown) < 0.0995 ? 1 : 0);
  return slowdown < 0 && Number.parseFloat(text) !== 0 ? `−${text}` : text;
}

/** `50%`, `12.5%`, `1.6%`. */
function shareText(share: number): string {
  return `${Number((share * 100).toFixed(1))}%`;
}
