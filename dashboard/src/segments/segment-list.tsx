import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type CSSProperties,
  type KeyboardEvent,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import type { Block, SegmentReport } from '../../../src/analysis/report/report.ts';
import type { Domain } from '../../../src/presentation/interval-domain.ts';
import type { Measure } from '../../../src/presentation/measure.ts';
import { Term } from '../components/term.tsx';
import { IntervalAxis } from './interval-axis.tsx';
import styles from './segment-list.module.css';
import { AllTrafficRow, SegmentRow } from './segment-row.tsx';

/** Heights in pixels: on a narrow screen a segment has two lines. */
const heights = { wide: 34, narrow: 74 };
const narrow = '(max-width: 760px)';

export interface SegmentListProps {
  readonly segments: readonly SegmentReport[];
  readonly overall: Block;
  readonly measure: Measure;
  readonly domain: Domain;
  readonly onSegment: (name: string) => void;
}

/**
 * A table of which only the rows in sight are in the page. It is one stop for the Tab key; arrows, Home, End and the page keys move within
 * it, Enter opens the segment.
 */
export function SegmentList({ segments, overall, measure, domain, onSegment }: SegmentListProps) {
  const viewport = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const wantsFocus = useRef(false);
  const isNarrow = useSyncExternalStore(watchWidth, () => matchMedia(narrow).matches);
  const height = isNarrow ? heights.narrow : heights.wide;
  const rows = useVirtualizer({
    count: segments.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => height,
    overscan: 6,
  });
  useEffect(() => rows.measure(), [height]);
  const widths = useMemo(() => widthsOf(segments, overall, measure), [segments, overall, measure]);
  const current = Math.min(active, segments.length - 1);
  const focusRow = useCallback((row: HTMLButtonElement | null) => {
    if (row === null || !wantsFocus.current) return;
    wantsFocus.current = false;
    row.focus({ preventScroll: true });
  }, []);
  const move = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((viewport.current?.clientHeight ?? height) / height) - 1);
    const last = segments.length - 1;
    const next = {
      ArrowDown: current + 1,
      ArrowUp: current - 1,
      PageDown: current + page,
      PageUp: current - page,
      Home: 0,
      End: last,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const index = Math.min(last, Math.max(0, next));
    wantsFocus.current = true;
    setActive(index);
    rows.scrollToIndex(index);
  };
  return (
    <div
      role="table"
      aria-label="Segments"
      aria-rowcount={segments.length + 2}
      className={styles.table}
      style={widths}
    >
      <div role="rowgroup">
        <div role="row" aria-rowindex={1} className={`${styles.row} ${styles.head}`}>
          <span role="columnheader">segment</span>
          <span role="columnheader" className={styles.wide}>
            <Term of="traffic_share">traffic</Term>
          </span>
          <span role="columnheader" className={styles.wide}>
            <Term of="n">rows</Term>
          </span>
          <span role="columnheader" className={styles.wide}>
            {measure.versionsTitle}
          </span>
          <span role="columnheader" className={styles.drawn}>
            <span className={styles.title}>
              <Term of="interval">{measure.title}</Term>
            </span>
            <IntervalAxis domain={domain} format={measure.tick} />
          </span>
          <span role="columnheader" className={styles.wide}>
            <span className="unseen">interval in numbers</span>
          </span>
          <span role="columnheader">
            <Term of="status">status</Term>
          </span>
        </div>
        <AllTrafficRow overall={overall} measure={measure} domain={domain} />
      </div>
      <div ref={viewport} role="rowgroup" className={styles.viewport} data-scrolls={segments.length > 14}>
        <div
          role="presentation"
          style={{ height: rows.getTotalSize(), position: 'relative' }}
          onKeyDown={move}
        >
          {rows.getVirtualItems().map(({ index, start }) => (
            <SegmentRow
              key={index}
              segment={segments[index]!}
              index={index}
              start={start}
              height={height}
              isStop={index === current}
              focusRow={index === current ? focusRow : null}
              onFocus={setActive}
              measure={measure}
              domain={domain}
              onSegment={onSegment}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

function watchWidth(listener: () => void): () => void {
  const query = matchMedia(narrow);
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}

/** Columns of numbers are as wide as the longest of them, which only the list knows. */
function widthsOf(segments: readonly SegmentReport[], overall: Block, measure: Measure): CSSProperties {
  const blocks = [overall, ...segments.map(({ block }) => block)];
  const widest = (texts: readonly string[]) =>
    `${(0.58 * Math.max(...texts.map(({ length }) => length))).toFixed(2)}rem`;
  const intervals = blocks.map(measure.interval).filter((known) => known !== null);
  const widths: Record<string, string> = {
    '--versions': widest([measure.versionsTitle, ...blocks.map(measure.versions)]),
    '--numbers': widest(['not enough yet', ...intervals.map(measure.text)]),
  };
  return widths;
}
