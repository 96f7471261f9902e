import type { Task } from '../../inference/outputs/prediction.ts';
import type { Status } from '../report/report.ts';
import type { JudgedSegment } from './judged-segment.ts';
import { asGain } from './judgement.ts';

export const statusRank: Record<Status, number> = { regressed: 0, undecided: 1, safe: 2, better: 3 };

/**
 * Worst first: by status, then by how bad it may be. Where there is no interval, the rate of disagreement bounds
 * the loss.
 */
export function rankSegments(task: Task, segments: readonly JudgedSegment[]): JudgedSegment[] {
  return segments.toSorted(
    (a, b) =>
      statusRank[a.judgement.status] - statusRank[b.judgement.status] ||
      severity(task, a) - severity(task, b) ||
      b.counts.n - a.counts.n,
  );
}

/** The smaller the worse. */
function severity(task: Task, { judgement, counts }: JudgedSegment): number {
  if (judgement.difference !== null) {
    const gain = asGain(task, judgement.difference);
    return judgement.status === 'regressed' ? gain.estimate : gain.lower;
  }
  if (task === 'embedding' && judgement.similarity !== null) return judgement.similarity.lower;
  return counts.withOutcome === 0 ? 0 : counts.agreed / counts.withOutcome - 1;
}
