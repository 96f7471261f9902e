import { expect, it } from 'vitest';
import { querySegmentProgress } from '../../../src/analysis/rows/query-segment-progress.ts';
import { maskedRegression, simulateRows, trafficOfRows } from '../../support/simulated-fraud.ts';
import { simulatedLog } from '../../support/simulated-log.ts';

const rows = simulateRows({ ...maskedRegression, rows: 600 });
const versions = { model: 'fraud', primaryVersion: '7', shadowVersion: '8' };

it('counts the compared rows of every segment and of all, each entity once, and tells when they began', async () => {
  const repeated = rows.map((row, index) => ({ ...row, entity: index < 300 ? `u${index % 30}` : null }));
  using log = await simulatedLog(['country', 'channel'], repeated, trafficOfRows(rows));
  const { firstMs, compared } = await querySegmentProgress(log.query, versions, ['country']);
  expect(firstMs).toBe(rows[0]?.timestampMs);
  expect(compared.get('')).toBe(30 + 300);
  const unitsOf = (country: string) =>
    new Set(
      repeated
        .filter(({ segments }) => segments.country === country)
        .map(({ entity, requestId }) => entity ?? requestId),
    ).size;
  for (const country of ['BR', 'DE', 'FR', 'US']) {
    expect(compared.get(`country=${country}`)).toBe(unitsOf(country));
  }
  expect(compared.size).toBe(5);
});

it('is nothing where nothing was compared', async () => {
  using log = await simulatedLog(['country', 'channel'], [], []);
  const { firstMs, compared } = await querySegmentProgress(log.query, versions, []);
  expect([firstMs, [...compared]]).toEqual([null, [['', 0]]]);
});
