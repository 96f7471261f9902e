import type { Segment } from '../../../src/analysis/report/report.ts';
import styles from './segment-list.module.css';

/** The segments that a row is in. */
export function SegmentList({ segments }: { readonly segments: readonly Segment[] }) {
  return (
    <ul className={styles.segments} aria-label="segments">
      {segments.map(({ column, value }) => (
        <li key={column}>
          <span className={styles.column}>{column}=</span>
          {value}
        </li>
      ))}
    </ul>
  );
}
