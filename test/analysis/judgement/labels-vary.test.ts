import { describe, expect, it } from 'vitest';
import { labelsVary } from '../../../src/analysis/judgement/labels-vary.ts';
import { buildReport } from '../../../src/analysis/report/build-report.ts';
import { seededRandom } from '../../support/random.ts';
import { reportRequest } from '../../support/report-request.ts';
import { maskedRegression, simulateRows, trafficOfRows } from '../../support/simulated-fraud.ts';
import { simulatedLog } from '../../support/simulated-log.ts';

const rows = (disagreements: number, labelledDisagreements: number) => ({
  pairs: { disagreements, labelledDisagreements },
});
const segment = (disagreements: number, labelledDisagreements: number) => ({
  counts: rows(disagreements, labelledDisagreements),
});

describe('labels vary', () => {
  it('where a segment has a share of its own that chance does not explain', () => {
    const [few, many] = [segment(500, 100), segment(500, 500)];
    expect(labelsVary(rows(1000, 600), [few, many], 0.05)).toBe(true);
  });

  it('not where it is chance, nor where there is nothing to compare with', () => {
    expect(labelsVary(rows(1000, 520), [segment(500, 255), segment(500, 265)], 0.05)).toBe(false);
    expect(labelsVary(rows(500, 100), [segment(500, 100), segment(0, 0)], 0.05)).toBe(false);
    expect(labelsVary(rows(0, 0), [], 0.05)).toBe(false);
  });
});

describe('a country where the shadow loses and all labels come, beside one where it wins and few do', async () => {
  const random = seededRandom(31);
  const rows = simulateRows({
    ...maskedRegression,
    rows: 20_000,
    countries: {
      DE: { share: 0.5, repairs: 0.2, breaks: 0.07 / 0.85 },
      FR: { share: 0.5, repairs: 0.07 / 0.15, breaks: 0.03 / 0.85 },
    },
  }).map((row) => (row.segments.country === 'FR' && random() < 0.8 ? { ...row, truth: null } : row));
  using log = await simulatedLog(['country', 'channel'], rows, trafficOfRows(rows));
  const { overall, segments } = await buildReport(log, reportRequest());

  it('is judged as what it is: no difference overall', () => {
    const difference = overall.accuracy?.difference;
    expect(overall.accuracy?.losses).toBeGreaterThan(1.4 * (overall.accuracy?.gains ?? 0));
    expect(Math.abs(difference?.estimate ?? 1)).toBeLessThan(0.01);
    expect(difference?.lower).toBeLessThan(0);
    expect(difference?.upper).toBeGreaterThan(0);
  });

  it('has one country that regressed and one that is better, and channels like all rows', () => {
    const statuses = new Map(segments.map(({ segment, status }) => [segment.value, status]));
    expect(statuses.get('DE')).toBe('regressed');
    expect(statuses.get('FR')).toBe('better');
    expect(statuses.get('web')).toMatch(/undecided|safe/);
    expect(statuses.get('app')).toMatch(/undecided|safe/);
  });
});
