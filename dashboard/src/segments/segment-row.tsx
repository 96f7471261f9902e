import { memo } from 'react';
import type { Block, SegmentReport } from '../../../src/analysis/report/report.ts';
import type { Domain } from '../../../src/presentation/interval-domain.ts';
import type { Measure } from '../../../src/presentation/measure.ts';
import { count, share } from '../../../src/presentation/report-text.ts';
import { Interval } from '../components/interval.tsx';
import { IntervalLine } from '../components/interval-line.tsx';
import { StatusMark } from '../components/status-mark.tsx';
import { segmentName } from '../text/segment-name.ts';
import styles from './segment-list.module.css';

interface Drawn {
  readonly measure: Measure;
  readonly domain: Domain;
}

export interface SegmentRowProps extends Drawn {
  readonly segment: SegmentReport;
  readonly index: number;
  /** Pixels from the top of the list. */
  readonly start: number;
  readonly height: number;
  /** Whether the Tab key stops here. */
  readonly isStop: boolean;
  readonly focusRow: ((row: HTMLButtonElement | null) => void) | null;
  readonly onFocus: (index: number) => void;
  readonly onSegment: (name: string) => void;
}

export const SegmentRow = memo(function SegmentRow(props: SegmentRowProps) {
  const { segment: one, index, start, height, isStop, focusRow, onFocus, onSegment, measure, domain } = props;
  const { segment, block, status, traffic_share, evidence } = one;
  const interval = measure.interval(block);
  const isEarly = status !== 'regressed' && evidence.discovery;
  return (
    <div
      role="row"
      aria-rowindex={index + 3}
      className={`${styles.row} ${styles.segment}`}
      style={{ transform: `translateY(${start}px)`, height }}
      data-status={status}
    >
      <span role="cell" className={styles.name}>
        <button
          type="button"
          ref={focusRow}
          tabIndex={isStop ? 0 : -1}
          onFocus={() => onFocus(index)}
          onClick={() => onSegment(segmentName(segment))}
          title={segmentName(segment)}
        >
          <span className={styles.column}>{segment.column}=</span>
          {segment.value}
        </button>
      </span>
      <span role="cell" className={styles.wide}>
        {share(traffic_share)}
      </span>
      <span role="cell" className={styles.wide}>
        {count(block.n)}
      </span>
      <span role="cell" className={styles.wide}>
        {measure.versions(block)}
      </span>
      <span role="cell" className={styles.drawn}>
        <IntervalLine of={interval} domain={domain} equal={measure.equal} status={status} />
      </span>
      <span role="cell" className={styles.numbers}>
        <Interval of={interval} format={measure.number} />
        <span className={styles.narrowFacts}>
          {' '}
          {count(block.n)} rows{traffic_share === null ? '' : ` · ${share(traffic_share)}`}
        </span>
      </span>
      <span
        role="cell"
        className={styles.mark}
        title={isEarly ? 'losses prevail here, though it is no alarm yet' : undefined}
      >
        <StatusMark status={status} />
        {isEarly ? '*' : null}
      </span>
    </div>
  );
});

/** The first line of the list, which stays: what the segments are to be seen against. */
export function AllTrafficRow({ overall, measure, domain }: Drawn & { readonly overall: Block }) {
  const interval = measure.interval(overall);
  return (
    <div role="row" aria-rowindex={2} className={`${styles.row} ${styles.all}`}>
      <span role="cell" className={styles.name}>
        all traffic
      </span>
      <span role="cell" className={styles.wide}>
        100.0%
      </span>
      <span role="cell" className={styles.wide}>
        {count(overall.n)}
      </span>
      <span role="cell" className={styles.wide}>
        {measure.versions(overall)}
      </span>
      <span role="cell" className={styles.drawn}>
        <IntervalLine of={interval} domain={domain} equal={measure.equal} status={null} />
      </span>
      <span role="cell" className={styles.numbers}>
        <Interval of={interval} format={measure.number} />
        <span className={styles.narrowFacts}> {count(overall.n)} rows</span>
      </span>
      <span role="cell" className={styles.mark} />
    </div>
  );
}
