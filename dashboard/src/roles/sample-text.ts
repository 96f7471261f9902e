import type { RoleShadow } from '../api/roles.ts';

/** `25%`, `25% by segment`, `500/s by segment`. */
export function sampleText(sample: RoleShadow['sample']): string {
  if (typeof sample === 'number') return percentText(sample);
  const { budget } = sample;
  return `${typeof budget === 'number' ? percentText(budget) : budget} by segment`;
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
