import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { Report } from '../../../src/analysis/report/report.ts';
import type { SectionProps } from './section-props.ts';

export interface ListedSection {
  /** Its anchor on the page. */
  readonly id: string;
  /** Of two columns on a wide screen; `whole` takes both. */
  readonly width: 'half' | 'whole';
  /** Tasks that have something to show here; all where it is left out. */
  readonly tasks?: readonly Report['task'][];
  readonly Section: LazyExoticComponent<ComponentType<SectionProps>>;
}

/** What comes below the deciding sections, in order. Lazy, so that the plots' library does not keep the verdict waiting. */
export const sections: readonly ListedSection[] = [
  listed('agreement', 'half', () => import('./agreement.tsx').then((it) => it.Agreement)),
  listed('errors', 'half', () => import('./errors.tsx').then((it) => it.Errors)),
  listed('confidence', 'half', () => import('./confidence.tsx').then((it) => it.Confidence), [
    'classification',
  ]),
  listed('calibration', 'half', () => import('./calibration.tsx').then((it) => it.Calibration), [
    'classification',
  ]),
  listed('outcomes', 'half', () => import('./outcomes.tsx').then((it) => it.Outcomes)),
  listed('slices', 'half', () => import('./slices.tsx').then((it) => it.Slices)),
  listed('latency', 'whole', () => import('./latency.tsx').then((it) => it.Latency)),
  listed('cost', 'half', () => import('./cost.tsx').then((it) => it.Cost)),
  listed('traffic', 'half', () => import('./traffic.tsx').then((it) => it.Traffic)),
  listed('disagreements', 'whole', () => import('./disagreements.tsx').then((it) => it.Disagreements)),
  listed('label-next', 'whole', () => import('./label-next.tsx').then((it) => it.LabelNext), [
    'classification',
    'regression',
    'ranking',
  ]),
];

/** Those that say something of the report's task: only classes have confidence, and a vector has no truth. */
export function sectionsOf({ task }: Report): readonly ListedSection[] {
  return sections.filter(({ tasks }) => tasks === undefined || tasks.includes(task));
}

/** `listed('cost', 'half', () => import('./cost.tsx').then((it) => it.Cost))` */
export function listed(
  id: string,
  width: ListedSection['width'],
  load: () => Promise<ComponentType<SectionProps>>,
  tasks?: ListedSection['tasks'],
): ListedSection {
  return {
    id,
    width,
    ...(tasks === undefined ? {} : { tasks }),
    Section: lazy(async () => ({ default: await load() })),
  };
}
