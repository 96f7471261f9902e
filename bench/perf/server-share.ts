import { metricLines, sumOf } from '../metrics-text.ts';
import type { ServerShare } from './perf-result.ts';

/** The counters of one model, summed over its versions, at one moment. */
export interface ServerCounters {
  readonly requests: number;
  readonly queueMicroseconds: number;
  readonly computeMicroseconds: number;
  readonly rows: number;
  readonly runs: number;
}

/** The load goes on meanwhile. */
const longestMilliseconds = 2000;

const names = {
  requests: 'nv_inference_request_success',
  queueMicroseconds: 'nv_inference_queue_duration_us',
  computeMicroseconds: 'nv_inference_compute_infer_duration_us',
  rows: 'nv_inference_count',
  runs: 'nv_inference_exec_count',
} as const;
const counted: ReadonlySet<string> = new Set(Object.values(names));

/** Triton's counters, which Understudy has too; null where the server has none of that model. */
export async function readServerCounters(
  metricsUrl: string,
  model: string,
  version: string | null,
): Promise<ServerCounters | null> {
  try {
    const response = await fetch(metricsUrl, { signal: AbortSignal.timeout(longestMilliseconds) });
    const text = await response.text();
    return response.ok ? serverCounters(text, model, version) : null;
  } catch {
    // Nobody there, or too busy to say: the share is absent, and what the load met is told by its own errors.
    return null;
  }
}

/** Of Prometheus text. Understudy's shadows count under roles of their own; they answer nobody. */
export function serverCounters(text: string, model: string, version: string | null): ServerCounters | null {
  const lines = metricLines(text, 'nv_inference_').filter(
    ({ labels }) =>
      labels.get('model') === model &&
      (version === null || labels.get('version') === version) &&
      (labels.get('role') ?? 'primary') === 'primary',
  );
  const sum = (name: string): number => sumOf(lines, name);
  const counters = {
    requests: sum(names.requests),
    queueMicroseconds: sum(names.queueMicroseconds),
    computeMicroseconds: sum(names.computeMicroseconds),
    rows: sum(names.rows),
    runs: sum(names.runs),
  };
  return lines.some(({ name }) => counted.has(name)) ? counters : null;
}

/** What the server did between two moments, by request; null where it does not tell or answered nothing. */
export function serverShare(before: ServerCounters | null, after: ServerCounters | null): ServerShare | null {
  if (before === null || after === null) return null;
  const requests = after.requests - before.requests;
  if (requests <= 0) return null;
  const runs = after.runs - before.runs;
  return {
    requests,
    queueMicrosecondsPerRequest: (after.queueMicroseconds - before.queueMicroseconds) / requests,
    computeMicrosecondsPerRequest: (after.computeMicroseconds - before.computeMicroseconds) / requests,
    rowsPerRun: runs > 0 ? (after.rows - before.rows) / runs : null,
  };
}

/** Of several windows together. */
export function mergeServerShares(shares: readonly (ServerShare | null)[]): ServerShare | null {
  const known = shares.filter((share) => share !== null);
  const requests = known.reduce((sum, share) => sum + share.requests, 0);
  if (known.length < shares.length || requests === 0) return null;
  const mean = (of: (share: ServerShare) => number): number =>
    known.reduce((sum, share) => sum + of(share) * share.requests, 0) / requests;
  return {
    requests,
    queueMicrosecondsPerRequest: mean((share) => share.queueMicrosecondsPerRequest),
    computeMicrosecondsPerRequest: mean((share) => share.computeMicrosecondsPerRequest),
    rowsPerRun: known.some(({ rowsPerRun }) => rowsPerRun === null)
      ? null
      : mean((share) => share.rowsPerRun ?? 0),
  };
}
