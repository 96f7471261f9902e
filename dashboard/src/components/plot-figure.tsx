import { type PlotOptions, plot } from '@observablehq/plot';
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import styles from './plot-figure.module.css';

export interface PlotFigureProps {
  /** What the plot shows, with its main numbers, for those who cannot see it: one sentence. */
  readonly label: string;
  /** Of the width that there is, in pixels. A new function draws anew: keep it (`useCallback`) while nothing changes. */
  readonly options: (width: number) => PlotOptions;
  /** Above the plot: its title, its key. */
  readonly caption?: ReactNode;
}

/**
 * A plot of Observable Plot that takes the width it finds and follows the theme (give it colours of `ink`). Its style element is left to
 * our own sheet, since the page's policy allows no other.
 */
export function PlotFigure({ label, options, caption }: PlotFigureProps) {
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = place.current!;
    const observer = new ResizeObserver(() => setWidth(Math.floor(element.clientWidth)));
    observer.observe(element);
    setWidth(Math.floor(element.clientWidth));
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    if (width === 0) return;
    const drawing = plot({ ...options(width), width });
    for (const style of drawing.querySelectorAll('style')) style.remove();
    // Plot names its marks ("area"), which a group may not have and nobody needs: the whole is one image with one text.
    for (const mark of drawing.querySelectorAll('[aria-label]')) mark.removeAttribute('aria-label');
    drawing.setAttribute('role', 'img');
    drawing.setAttribute('aria-label', label);
    place.current!.replaceChildren(drawing);
  }, [width, options, label]);
  return (
    <figure className={styles.figure}>
      {caption === undefined ? null : <figcaption className={styles.caption}>{caption}</figcaption>}
      <div ref={place} className={styles.plot} />
    </figure>
  );
}
