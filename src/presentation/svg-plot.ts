import { type PlotOptions, plot } from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { Html } from './html-text.ts';

/** Colours of the page's style sheet, which has them twice: for light and for dark. */
export const ink = {
  primary: 'var(--primary)',
  shadow: 'var(--shadow)',
  faint: 'var(--faint)',
  line: 'var(--line)',
  quiet: 'var(--quiet)',
  regressed: 'var(--regressed)',
  undecided: 'var(--undecided)',
  good: 'var(--good)',
} as const;

/**
 * A plot as SVG, made without a browser. It has the label as its text for those who cannot see it; null where the numbers
 * stand beside it and it is to be passed over. The style element that the library adds is left to the page's sheet, since the
 * page's policy allows no other; the texts are escaped by the DOM that they are put into.
 */
export function svgPlot(label: string | null, options: PlotOptions): Html {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const svg = plot({ ...options, document });
  for (const style of svg.querySelectorAll('style')) style.remove();
  svg.setAttribute('class', 'plot');
  svg.setAttribute('font-size', '12');
  svg.setAttribute('role', 'img');
  if (label === null) svg.setAttribute('aria-hidden', 'true');
  else svg.setAttribute('aria-label', label);
  return new Html(svg.outerHTML);
}
