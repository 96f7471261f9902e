import type { Ratio, Wanted } from './suite-result.ts';

export type Outcome = 'hit' | 'miss' | 'not measured';

/** Whether a ratio reached what was wanted of it; null where nothing was. */
export function outcomeOf({ value, wanted }: Ratio): Outcome | null {
  if (wanted === null) return null;
  if (value === null) return 'not measured';
  return isReached(value, wanted) ? 'hit' : 'miss';
}

function isReached(value: number, wanted: Wanted): boolean {
  return 'atLeast' in wanted ? value >= wanted.atLeast : value <= wanted.atMost;
}

export function wantedText(wanted: Wanted): string {
  return `${'atLeast' in wanted ? '≥' : '≤'} ${targetOf(wanted).toFixed(2)}`;
}

export function targetOf(wanted: Wanted): number {
  return 'atLeast' in wanted ? wanted.atLeast : wanted.atMost;
}
