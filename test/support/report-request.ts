import type { ReportRequest } from '../../src/analysis/report/request.ts';

/** A request for `fraud`, 7 against 8, as the server would make it, but for what the test says. */
export function reportRequest(differing: Partial<ReportRequest> = {}): ReportRequest {
  return {
    model: 'fraud',
    primaryVersion: '7',
    shadowVersion: '8',
    task: 'classification',
    segmentColumns: ['country', 'channel'],
    declaredColumns: ['country', 'channel'],
    declaresSegments: true,
    refusedSegments: [],
    readiness: { samplesPerSegment: 10_000, cycleDays: 7, labelMaturityMs: 0, margin: 0.01, alpha: 0.05 },
    window: { fromMs: null, toMs: null },
    nowMs: Date.UTC(2026, 10, 9),
    resources: { primary: null, shadow: null, control: null, process: null, components: [] },
    interference: null,
    sampling: null,
    lanes: [],
    maxSegments: 50,
    ...differing,
  };
}
