import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { SectionProps } from './section-props.ts';

export interface ListedSection {
  /** Its anchor on the page. */
  readonly id: string;
  /** Of two columns on a wide screen; `whole` takes both. */
  readonly width: 'half' | 'whole';
  readonly Section: LazyExoticComponent<ComponentType<SectionProps>>;
}

/** What comes below the deciding sections, in order. Lazy, so that the plots' library does not keep the verdict waiting. */
export const sections: readonly ListedSection[] = [
  listed('agreement', 'half', () => import('./agreement.tsx').then((it) => it.Agreement)),
  listed('errors', 'half', () => import('./errors.tsx').then((it) => it.Errors)),
  listed('confidence', 'half', () => import('./confidence.tsx').then((it) => it.Confidence)),
  listed('calibration', 'half', () => import('./calibration.tsx').then((it) => it.Calibration)),
  listed('outcomes', 'half', () => import('./outcomes.tsx').then((it) => it.Outcomes)),
  listed('slices', 'half', () => import('./slices.tsx').then((it) => it.Slices)),
  listed('latency', 'whole', () => import('./latency.tsx').then((it) => it.Latency)),
  listed('cost', 'half', () => import('./cost.tsx').then((it) => it.Cost)),
  listed('traffic', 'half', () => import('./traffic.tsx').then((it) => it.Traffic)),
  listed('disagreements', 'whole', () => import('./disagreements.tsx').then((it) => it.Disagreements)),
  listed('label-next', 'whole', () => import('./label-next.tsx').then((it) => it.LabelNext)),
];

/** `listed('cost', 'half', () => import('./cost.tsx').then((it) => it.Cost))` */
export function listed(
  id: string,
  width: ListedSection['width'],
  load: () => Promise<ComponentType<SectionProps>>,
): ListedSection {
  return { id, width, Section: lazy(async () => ({ default: await load() })) };
}
