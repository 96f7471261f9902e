import { describe, expect, it } from 'vitest';
import { buildReport } from '../../../src/analysis/report/build-report.ts';
import { seededRandom } from '../../support/random.ts';
import { reportRequest } from '../../support/report-request.ts';
import { type SimulatedRow, simulatedLog } from '../../support/simulated-log.ts';

const classes = ['cat', 'dog', 'horse'] as const;
/** Rows of the primary's class, columns of the shadow's, as often as in the reference of Cohen's κ. */
const matrix = [
  [50, 3, 2],
  [4, 30, 1],
  [1, 2, 7],
];

function rowsOfMatrix(): SimulatedRow[] {
  const random = seededRandom(14);
  const pairs = matrix.flatMap((row, i) =>
    row.flatMap((n, j) => Array.from({ length: n }, () => [classes[i]!, classes[j]!] as const)),
  );
  return pairs.map(([primary, shadow], index) => ({
    requestId: `r${index}`,
    timestampMs: Date.UTC(2026, 10, 1) + index * 1000,
    segments: {},
    primary: { label: primary, confidence: 0.34 + 0.66 * random() },
    shadow: { label: shadow, confidence: 0.34 + 0.66 * random() },
    // Sometimes neither is right, which two classes cannot do.
    truth: classes[Math.floor(random() * 3)]!,
  }));
}

describe('three classes', async () => {
  const rows = rowsOfMatrix();
  using log = await simulatedLog([], rows, []);
  const { overall, flips } = await buildReport(
    log,
    reportRequest({ segmentColumns: [], declaredColumns: [] }),
  );

  it('have the reference κ and a matrix of flips', () => {
    expect(overall.agreement?.kappa).toBeCloseTo(0.7699115, 7);
    const counted = matrix.flatMap((row, i) =>
      row.flatMap((n, j) => (i === j ? [] : [{ primary: classes[i]!, shadow: classes[j]!, n }])),
    );
    expect(flips?.toSorted(byName)).toEqual(counted.toSorted(byName));
  });

  it('count a disagreement in which both are wrong as labelled, and as neither gain nor loss', () => {
    const differing = rows.filter(({ primary, shadow }) => primary.label !== shadow.label);
    const gains = differing.filter(({ shadow, truth }) => shadow.label === truth).length;
    const losses = differing.filter(({ primary, truth }) => primary.label === truth).length;
    expect(gains + losses).toBeLessThan(differing.length);
    expect(overall.accuracy).toMatchObject({ gains, losses, unlabelled: 0 });
  });

  it.each(['primary', 'shadow'] as const)(
    'are calibrated by the confidence of the class that the %s gave',
    (side) => {
      const answers = rows.map((row) => ({
        confidence: row[side].confidence ?? Number.NaN,
        right: row[side].label === row.truth ? 1 : 0,
      }));
      const bins = Map.groupBy(answers, ({ confidence }) => Math.floor(confidence * 10));
      const sumOver = (
        of: readonly (typeof answers)[number][],
        value: (answer: (typeof answers)[number]) => number,
      ) => of.reduce((sum, answer) => sum + value(answer), 0);
      const ece = [...bins.values()].reduce(
        (sum, bin) =>
          sum + Math.abs(sumOver(bin, ({ right, confidence }) => right - confidence)) / rows.length,
        0,
      );
      const brier = sumOver(answers, ({ right, confidence }) => (right - confidence) ** 2) / rows.length;
      expect(overall.calibration?.[side].ece).toBeCloseTo(ece, 10);
      expect(overall.calibration?.[side].brier).toBeCloseTo(brier, 10);
    },
  );
});

function byName(a: { primary: string; shadow: string }, b: { primary: string; shadow: string }): number {
  return `${a.primary} ${a.shadow}` < `${b.primary} ${b.shadow}` ? -1 : 1;
}
