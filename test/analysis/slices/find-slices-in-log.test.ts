import { expect, it } from 'vitest';
import { buildReport } from '../../../src/analysis/report/build-report.ts';
import type { ComparisonBatch, ObservationColumns } from '../../../src/log/comparison-batch.ts';
import { filesUnder, openTestLog, temporaryDirectory } from '../../log/open-test-log.ts';
import { batchOf, fourOClock, hourMs, labelOf } from '../../log/sample-records.ts';
import { reportRequest } from '../../support/report-request.ts';
import type { SimulatedRow } from '../../support/simulated-log.ts';
import { simulateSliceRows } from '../../support/simulated-slices.ts';

const columns = ['channel', 'country', 'device'];
const rows = simulateSliceRows({ rows: 6000, seed: 2, bad: { country: 'BR', channel: 'app' }, breaks: 0.4 });

/** The rows within three hours, as a shadow's worker sends them. */
function batchOfRows(of: readonly SimulatedRow[]): ComparisonBatch {
  const side = (observed: ObservationColumns, name: 'primary' | 'shadow'): ObservationColumns => ({
    ...observed,
    label: of.map((row) => row[name].label ?? null),
  });
  const batch = batchOf({ rows: of.length });
  return {
    ...batch,
    timestampMs: of.map((_, index) => fourOClock + Math.floor((index * 3 * hourMs) / of.length)),
    primary: side(batch.primary, 'primary'),
    shadow: side(batch.shadow, 'shadow'),
    agree: of.map(({ primary, shadow }) => primary.label === shadow.label),
    segments: Object.fromEntries(
      columns.map((column) => [column, of.map(({ segments }) => segments[column] ?? null)]),
    ),
  };
}

it('slices are found in a log, by the latest labels, and are the same once it is in Parquet files', async () => {
  using directory = temporaryDirectory();
  await using opened = await openTestLog(directory.path);
  const { log } = opened;
  log.append(batchOfRows(rows));
  const truths = rows.map(({ requestId, truth }) => labelOf(requestId, String(truth)));
  // Taken back below: as they say, the shadow would never lose.
  await log.putLabels(
    'fraud',
    rows.map(({ requestId, shadow }) => labelOf(requestId, String(shadow.label))),
  );
  await log.flush();
  const request = reportRequest({
    segmentColumns: columns,
    declaredColumns: columns,
    nowMs: fourOClock + 4 * hourMs,
  });
  expect((await buildReport(log, request)).slices).toEqual([]);

  await log.putLabels('fraud', truths);
  const hot = await buildReport(log, request);
  expect(hot.slices?.[0]).toMatchObject({
    conditions: [
      { column: 'channel', value: 'app' },
      { column: 'country', value: 'BR' },
    ],
    status: 'regressed',
    traffic_share: null,
  });

  expect((await log.exportClosedHours()).rows).toBeGreaterThanOrEqual(rows.length);
  expect(filesUnder(directory.path).filter((path) => /comparisons.*\.parquet$/.test(path))).toHaveLength(3);
  const cold = await buildReport(log, request);
  expect(cold.slices).toEqual(hot.slices);
  expect(cold.slice_search).toEqual(hot.slice_search);
});
