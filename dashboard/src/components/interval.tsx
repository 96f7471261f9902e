import type { Interval as Bounds } from '../../../src/analysis/statistics/interval.ts';
import styles from './interval.module.css';

/** `+2.1 [+1.5, +2.7]`, with the ends quieter than the estimate. */
export function Interval({
  of,
  format,
}: {
  /** Null where there is none yet. */
  readonly of: Bounds | null;
  readonly format: (value: number) => string;
}) {
  if (of === null) return <span className={styles.ends}>not enough yet</span>;
  return (
    <span className={styles.interval}>
      {format(of.estimate)}{' '}
      <span className={styles.ends}>
        [{format(of.lower)}, {format(of.upper)}]
      </span>
    </span>
  );
}
