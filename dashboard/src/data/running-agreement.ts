import type { Timeline } from '../../../src/analysis/timeline/timeline.ts';

export interface AgreementPoint {
  readonly at: Date;
  readonly n: number;
  /** Percent. */
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}

/** Agreement since the start of the window, at the end of each bucket. */
export function runningAgreement({ running_agreement: points }: Timeline): AgreementPoint[] {
  return points.map(({ at, n, estimate, lower, upper }) => ({
    at: new Date(at),
    n,
    estimate: 100 * estimate,
    lower: 100 * lower,
    upper: 100 * upper,
  }));
}

/** Agreement of each bucket alone, in its middle; `n` is that of its compared rows. */
export function bucketAgreement({ buckets, bucket_seconds: seconds }: Timeline): AgreementPoint[] {
  return buckets.flatMap(({ at, compared, agreement }) =>
    agreement === null
      ? []
      : [
          {
            at: new Date(Date.parse(at) + 500 * seconds),
            n: compared,
            estimate: 100 * agreement.estimate,
            lower: 100 * agreement.lower,
            upper: 100 * agreement.upper,
          },
        ],
  );
}

/**
 * Percents to draw: all that the buckets say, and the running interval once it has narrowed. The first intervals reach over nearly all of
 * [0, 100] and would flatten everything after them; they are cut off at the frame.
 */
export function agreementDomain(
  running: readonly AgreementPoint[],
  buckets: readonly AgreementPoint[],
): [number, number] {
  const settled = running.slice(Math.floor(running.length / 10));
  const values = [
    ...settled.flatMap(({ lower, upper }) => [lower, upper]),
    ...buckets.map(({ estimate }) => estimate),
  ];
  if (values.length === 0) return [0, 100];
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = Math.max(0.5, 0.08 * (most - least));
  return [Math.max(0, least - room), Math.min(100, most + room)];
}
