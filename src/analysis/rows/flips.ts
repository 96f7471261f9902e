import type { Row } from '../../log/comparison-log.ts';
import { cohenKappa, type LabelPair } from '../statistics/cohen-kappa.ts';
import { numberIn, textIn } from './row-fields.ts';

const listedFlips = 100;
/** Where there are more combinations of labels than this, κ is not given: its matrix would be cut. */
const mostPairs = 10_000;

export interface Flips {
  readonly flips: readonly LabelPair[];
  readonly kappa: number | null;
}

/** Counts the pairs of classes in what stands after FROM, which has `p_label` and `s_label`; disagreements first, most frequent first. */
export function flipsSql(rows: string): string {
  return `SELECT p_label, s_label, count(*) AS n FROM ${rows} WHERE p_label IS NOT NULL AND s_label IS NOT NULL
     GROUP BY p_label, s_label
     ORDER BY p_label = s_label, n DESC, p_label, s_label LIMIT ${mostPairs + 1}`;
}

export function flipsIn(rows: readonly Row[]): LabelPair[] {
  return rows.map((row) => ({
    primary: textIn(row, 'p_label'),
    shadow: textIn(row, 's_label'),
    n: numberIn(row, 'n'),
  }));
}

/** Who turned into what, most frequent first, and the agreement beyond chance. */
export function flipsOf(pairs: readonly LabelPair[]): Flips {
  const differing = pairs.filter(({ primary, shadow }) => primary !== shadow);
  return {
    flips: differing
      .toSorted((a, b) => b.n - a.n || order(a.primary, b.primary) || order(a.shadow, b.shadow))
      .slice(0, listedFlips),
    kappa: pairs.length > mostPairs ? null : cohenKappa(pairs),
  };
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
