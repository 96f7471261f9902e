import { judgeRows } from '../../src/analysis/judgement/judgement.ts';
import { rankSegments } from '../../src/analysis/judgement/rank-segments.ts';
import { readinessOf } from '../../src/analysis/judgement/readiness.ts';
import type { Verdict } from '../../src/analysis/report/report.ts';
import type { ReportRequest } from '../../src/analysis/report/request.ts';
import { verdictOf } from '../../src/analysis/verdict/verdict.ts';
import type { DemoTraffic } from './demo-traffic.ts';

const dayMs = 86_400_000;
const days = 14;

/** Asks for a report of 7 and 8 as the bundled deployment does, a fortnight after the first row. */
export function demoRequest(nowMs: number): ReportRequest {
  return {
    model: 'fraud',
    primaryVersion: '7',
    shadowVersion: '8',
    task: 'classification',
    segmentColumns: ['country', 'channel', 'age_band'],
    declaredColumns: ['country', 'channel', 'age_band'],
    readiness: { samplesPerSegment: 10_000, cycleDays: 7, labelMaturityMs: 0, margin: 0.01, alpha: 0.05 },
    window: { fromMs: null, toMs: null },
    nowMs,
    declaresSegments: true,
    refusedSegments: [],
    sampling: null,
    resources: { primary: null, shadow: null, control: null, process: null, components: [] },
    interference: null,
    lanes: [],
    maxSegments: 50,
  };
}

/** The verdict on rows of a fortnight, joined as the report joins its parts, from counts instead of the log. */
export function verdictOnCounts({ all, segments }: DemoTraffic): Verdict {
  const request = demoRequest(days * dayMs);
  const { task } = request;
  const { alpha, margin } = request.readiness;
  const rules = { task, alpha, margin };
  const threshold = segments.length / alpha;
  const ranked = rankSegments(
    task,
    segments.map(({ segment, tally }) => ({
      segment,
      counts: tally.counts(),
      trafficShare: tally.n / all.n,
      judgement: judgeRows(tally.counts(), null, { ...rules, threshold }),
    })),
  );
  const counts = all.counts();
  const overview = {
    compared: all.n,
    shadowErrors: 0,
    firstMs: 0,
    lastMs: days * dayMs,
    hoursOfWeek: 168,
    entitiesRepeat: false,
    rowsWithoutEntity: segments.length,
    samplingVaries: false,
    hasControl: false,
  };
  const sizes = ranked.map(({ segment, counts: { n } }) => ({ segment, n }));
  const readiness = readinessOf(counts, sizes, overview, request);
  const judgement = judgeRows(counts, null, { ...rules, threshold: 1 / alpha });
  return verdictOf({ counts, judgement }, ranked, [], readiness, null, request);
}
