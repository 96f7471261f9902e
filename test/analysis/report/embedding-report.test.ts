import { describe, expect, it } from 'vitest';
import { buildReport } from '../../../src/analysis/report/build-report.ts';
import type { ReportRequest } from '../../../src/analysis/report/request.ts';
import { renderReport } from '../../../src/cli/report-table.ts';
import { seededRandom } from '../../support/random.ts';
import { reportRequest } from '../../support/report-request.ts';
import { maskedRegression, trafficOfRows } from '../../support/simulated-fraud.ts';
import { type SimulatedRow, simulatedLog } from '../../support/simulated-log.ts';

const modest = { ...reportRequest().readiness, samplesPerSegment: 500 };
const request = reportRequest({ task: 'embedding', declaredColumns: ['country'], readiness: modest });

/** Eight days of vectors; the cosine of a row is what its country's function says of a random number. */
function vectors(cosines: Readonly<Record<string, (random: number) => number>>, count = 10_000) {
  const random = seededRandom(8);
  const names = Object.keys(cosines);
  return Array.from({ length: count }, (_, index): SimulatedRow => {
    const country = names[index % names.length]!;
    return {
      requestId: `r${index}`,
      timestampMs: maskedRegression.startMs + Math.floor((index * 8 * 86_400_000) / count),
      segments: { country, channel: 'app' },
      primary: { value: 1 },
      shadow: { value: 1.5 },
      cosine: cosines[country]!(random()),
      truth: null,
    };
  });
}

async function reportOf(rows: readonly SimulatedRow[], asked: ReportRequest = request) {
  using log = await simulatedLog(['country', 'channel'], rows, trafficOfRows(rows));
  return await buildReport(log, asked);
}

const near = (random: number) => 1 - 0.002 * random;

describe('an embedding that gives nearly the same vectors', async () => {
  const report = await reportOf(vectors({ DE: near, FR: near }));

  it('is safe everywhere, by the interval of its mean cosine', () => {
    expect(report.overall.similarity).toMatchObject({ measure: 'cosine', k: null, n: 10_000 });
    expect(report.overall.similarity?.mean).toBeCloseTo(0.999, 4);
    expect(report.overall.similarity?.lower).toBeGreaterThan(0.99);
    expect(report.overall.similarity?.lengths).toEqual({ primary: 1, shadow: 1.5 });
    expect(report.overall.agreement?.estimate).toBe(1);
    expect(report.segments.map(({ status, evidence }) => [status, evidence.e_value])).toEqual([
      ['safe', 1],
      ['safe', 1],
    ]);
  });

  it('waits for no labels', () => {
    expect(report.readiness.labels).toMatchObject({ ready: true, labelled: 0, fraction: null });
    expect(report.readiness.power).toMatchObject({ ready: true, have: 10_000, single_look_needed: null });
    expect(report.readiness.ready).toBe(true);
  });

  it('is promoted on the ground of equivalence alone, and says so', () => {
    expect(report.verdict.decision).toBe('promote');
    expect(report.verdict.reasons).toEqual([
      expect.stringMatching(
        /^The vectors of v8 are equivalent to those of v7: their mean cosine similarity is 0\.9990 \(95% anytime interval 0\.99\d\d to \d\.\d{4}\), for certain at least 0\.99\. Whether they serve better is not known, and is no ground of this\.$/,
      ),
      'The same holds in every one of the 2 declared segments.',
      'Their lengths differ, 1.500 on average against 1.000: what compares them by dot product will notice.',
    ]);
  });

  it('has neither accuracy nor flips nor confidence', () => {
    const { accuracy, error, calibration, confidence } = report.overall;
    expect([accuracy, error, calibration, confidence, report.flips]).toEqual([null, null, null, null, null]);
  });

  it('is printed with its similarities', () => {
    const text = renderReport(report, { color: false, width: 110 });
    expect(text).toMatch(/segment +traffic +rows +agree +cosine +interval of its mean +status/);
    expect(text).toMatch(/country=DE +50\.0% +5,000 +100\.0% +0\.9990 +\[0\.99\d\d, \d\.\d{4}\] +✓ safe/);
    expect(text).toMatch(/Similarity {2}v7 → v8\n +mean cosine similarity 0\.9990 \[.*\] of 10,000 rows/);
    expect(text).toContain('mean length of the vectors 1.000 → 1.500');
    expect(text).toContain('none are wanted: there is no truth about a vector');
    expect(text).toMatch(/10,000 of \d+ pairs to see a mean cosine below 0\.99/);
    expect(text).not.toMatch(/NaN|null|undefined/);
  });
});

describe('an embedding that gives other vectors', () => {
  it('is never rejected for that, and the reason says what cannot be known', async () => {
    const report = await reportOf(vectors({ DE: (u) => 0.6 + 0.2 * u }));
    expect(report.verdict.decision).toBe('keep_shadowing');
    expect(report.verdict.reasons[0]).toMatch(
      /^v8 gives other vectors than v7: mean cosine similarity 0\.(70|69)\d\d \(95% anytime interval 0\.69\d\d to 0\.70\d\d\), and it takes at least 0\.99\. Whether they are better cannot be told from them/,
    );
    expect(report.segments[0]).toMatchObject({ status: 'undecided', evidence: { discovery: false } });
  });

  it('in one segment only is kept, however good the mean is, and the segment is named', async () => {
    const report = await reportOf(
      vectors({ A: near, B: near, C: near, D: near, BR: (u) => (u < 0.05 ? 0.5 : near(u)) }, 20_000),
    );
    expect(report.overall.similarity?.lower).toBeGreaterThan(0.99);
    expect(report.segments[0]).toMatchObject({ segment: { value: 'BR' }, status: 'undecided' });
    expect(report.segments.slice(1).map(({ status }) => status)).toEqual(['safe', 'safe', 'safe', 'safe']);
    expect(report.verdict).toEqual({
      decision: 'keep_shadowing',
      reasons: [
        expect.stringMatching(
          /^Not certain to be the same in 1 of 5 declared segments: country=BR \(0\.97\d\d, 95% anytime interval 0\.9\d+ to 0\.9\d+\)\.$/,
        ),
      ],
    });
  });

  it('is kept while a mean within the margin is not certain', async () => {
    const report = await reportOf(vectors({ DE: near }, 600));
    expect(report.verdict.decision).toBe('keep_shadowing');
    expect(report.verdict.reasons[0]).toMatch(/^That v8 gives the same vectors as v7 is not certain yet/);
  });
});

it('an embedding that fails is rejected like any other', async () => {
  const random = seededRandom(4);
  const failing = vectors({ DE: near }).map((row) =>
    random() < 0.05 ? { ...row, shadow: { status: 'error' as const } } : row,
  );
  const { verdict } = await reportOf(failing);
  expect(verdict.decision).toBe('reject');
  expect(verdict.reasons[0]).toMatch(/^v8 fails on [45]\.\d\d% of the compared rows/);
});

it('an embedding of which no pair has two vectors says so', async () => {
  const rows = vectors({ DE: near }, 50).map((row) => ({ ...row, shadow: { status: 'timeout' as const } }));
  const { verdict, overall } = await reportOf(rows);
  expect(overall.similarity).toBeNull();
  expect(verdict.reasons).toContain('In none of the 50 compared rows did both versions give a vector.');
});

it('labels of an embedding are kept and say nothing', async () => {
  const rows = vectors({ DE: near }, 200).map((row) => ({ ...row, truth: 'x' }));
  const { overall, readiness } = await reportOf(rows);
  expect(overall.accuracy).toBeNull();
  expect(readiness.labels).toMatchObject({ ready: true, labelled: 0 });
});
