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
export const sections: readonly ListedSection[] = [];

/** `listed('cost', 'half', () => import('./cost.tsx').then((it) => it.Cost))` */
export function listed(
  id: string,
  width: ListedSection['width'],
  load: () => Promise<ComponentType<SectionProps>>,
): ListedSection {
  return { id, width, Section: lazy(async () => ({ default: await load() })) };
}
