import type { Block, SegmentReport, Status } from '../../../src/analysis/report/report.ts';

const nothing: Block = {
  ...{ n: 0, agreement: null, confidence: null, similarity: null, accuracy: null, calibration: null },
  ...{ error: null, errors: null, latency_ms: null, resources: null },
};

/** A segment of country with an agreement, and nothing else. */
export function segmentOf(value: string, n: number, estimate: number | null, status: Status): SegmentReport {
  const agreement =
    estimate === null ? null : { estimate, lower: estimate - 0.1, upper: estimate + 0.1, kappa: null };
  return {
    segment: { column: 'country', value },
    traffic_share: n / 1000,
    block: { ...nothing, n, agreement },
    status,
    evidence: { e_value: 1, threshold: 20, discovery: false },
  };
}

export const byAgreement = { interval: ({ agreement }: Block) => agreement };
