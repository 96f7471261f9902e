import { seededRandom } from './random.ts';
import { other } from './simulated-fraud.ts';
import type { SimulatedRow } from './simulated-log.ts';

export const sliceColumns = ['country', 'channel', 'device', 'plan'];
const valuesOf = {
  country: ['BR', 'DE', 'FR', 'US'],
  channel: ['app', 'web'],
  device: ['android', 'ios', 'pc'],
  plan: ['free', 'paid'],
};
export const sliceStartMs = Date.UTC(2026, 10, 1);

export interface SliceSimulation {
  readonly rows: number;
  readonly seed: number;
  /** Where, and until which share of the time, the shadow gets this share of the primary's hits wrong. */
  readonly bad: Readonly<Record<string, string>>;
  readonly breaks: number;
  readonly until?: number;
  /** Share of the primary's mistakes that it gets right everywhere. */
  readonly repairs?: number;
}

/** Rows over eight days of a primary that is right in 85% of them, all labelled; the shadow is better but in one slice. */
export function simulateSliceRows(simulation: SliceSimulation): SimulatedRow[] {
  const { rows, seed, bad, breaks, until = 1, repairs = 0.2 } = simulation;
  const random = seededRandom(seed);
  const pick = (values: readonly string[]) => values[Math.floor(random() * values.length)]!;
  return Array.from({ length: rows }, (_, index) => {
    const segments: Record<string, string> = Object.fromEntries(
      Object.entries(valuesOf).map(([column, values]) => [column, pick(values)]),
    );
    const isBad =
      index < until * rows && Object.entries(bad).every(([column, value]) => segments[column] === value);
    const truth = random() < 0.3 ? '1' : '0';
    const primaryRight = random() < 0.85;
    const turn = random();
    const shadowRight = primaryRight ? turn >= (isBad ? breaks : 0.01) : turn < repairs;
    return {
      requestId: `r${index}`,
      timestampMs: sliceStartMs + Math.floor((index * 8 * 86_400_000) / rows),
      segments,
      primary: { label: primaryRight ? truth : other(truth) },
      shadow: { label: shadowRight ? truth : other(truth) },
      truth,
    };
  });
}
