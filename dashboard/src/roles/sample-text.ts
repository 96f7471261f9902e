import type { RoleShadow } from '../api/roles.ts';

/** `25%`, `25% by segment`, `500/s by segment`. */
export function sampleText(sample: RoleShadow['sample']): string {
  if (typeof sample === 'number') return percentText(sample);
  const { budget } = sample;
  return `${typeof budget === 'number' ? percentText(budget) : budget} by segment`;
}

/** What a shadow gets; what the governor took away, or rates by segment, show in what it gets now. */
export function shareText({ sample, effective_sample: now }: RoleShadow): string {
  const wanted = sampleText(sample);
  const share = percentText(Number(now.toFixed(3)));
  return wanted === share
    ? `gets ${wanted} of the traffic`
    : `gets ${share} of the traffic now, wanted are ${wanted}`;
}

/** As it would be entered. */
export function sampleInput(sample: RoleShadow['sample']): string {
  if (typeof sample === 'number') return percentText(sample);
  const { budget } = sample;
  return `budget=${typeof budget === 'number' ? percentText(budget) : budget}`;
}

function percentText(share: number): string {
  return `${Number((100 * share).toFixed(2))}%`;
}
