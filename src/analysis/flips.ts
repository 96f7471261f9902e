import type { Query } from '../log/comparison-log.ts';
import { cohenKappa, type LabelPair } from './cohen-kappa.ts';
import { pairsOf, type ReportScope } from './report-scope.ts';
import { numberIn, textIn } from './row-fields.ts';

const listedFlips = 100;
/** Where there are more combinations of labels than this, κ is not given: its matrix would be cut. */
const mostPairs = 10_000;

export interface Flips {
  readonly flips: readonly LabelPair[];
  readonly kappa: number | null;
}

/** Who turned into what, most frequent first, and the agreement beyond chance. */
export async function queryFlips(query: Query, scope: ReportScope): Promise<Flips> {
  const pairs = pairsOf(scope, ['p_label', 's_label', 'agree']);
  const rows = await query(
    `WITH pairs AS (${pairs.text})
     SELECT p_label, s_label, count(*) AS n FROM pairs
     WHERE agree IS NOT NULL AND p_label IS NOT NULL AND s_label IS NOT NULL
     GROUP BY p_label, s_label
     ORDER BY p_label = s_label, n DESC, p_label, s_label LIMIT ${mostPairs + 1}`,
    pairs.parameters,
  );
  const matrix = rows.map((row) => ({
    primary: textIn(row, 'p_label'),
    shadow: textIn(row, 's_label'),
    n: numberIn(row, 'n'),
  }));
  return {
    flips: matrix.filter(({ primary, shadow }) => primary !== shadow).slice(0, listedFlips),
    kappa: matrix.length > mostPairs ? null : cohenKappa(matrix),
  };
}
