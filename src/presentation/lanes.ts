import type { LatencyQuantiles, Rate, Report, VersionCost } from '../analysis/report/report.ts';

/** One version in one role: how fast it is, what it fails and costs. */
export interface Lane {
  readonly role: 'primary' | 'shadow' | 'control';
  /** `v7 primary` */
  readonly name: string;
  readonly times: LatencyQuantiles | null;
  readonly errors: Rate | null;
  readonly cost: VersionCost | null;
}

/** Those of which anything is known. */
export function lanesOf({ overall, primary, shadow }: Report): Lane[] {
  const { latency_ms: latency, errors, resources } = overall;
  const lane = (role: Lane['role'], version: string): Lane => ({
    role,
    name: `v${version} ${role}`,
    times: latency?.[role] ?? null,
    errors: role === 'control' ? null : (errors?.[role] ?? null),
    cost: resources?.[role] ?? null,
  });
  const lanes = [lane('primary', primary), lane('shadow', shadow), lane('control', primary)];
  return lanes.filter(({ times, cost }) => times !== null || cost !== null);
}

/** How the shadow's latency relates to its baseline's, as a sentence; null where it is not known yet. */
export function ratioText({ overall: { latency_ms: latency }, primary, shadow }: Report): string | null {
  const ratio = latency?.ratio ?? null;
  if (ratio === null) return null;
  const against = ratio.against === 'control' ? `v${primary} under the same conditions` : `v${primary}`;
  return `v${shadow} takes ${ratio.estimate.toFixed(2)}× (${ratio.lower.toFixed(2)} to ${ratio.upper.toFixed(2)}) the time of ${against}.`;
}
