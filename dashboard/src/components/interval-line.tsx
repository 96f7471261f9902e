import type { Interval } from '../../../src/analysis/statistics/interval.ts';
import type { Domain } from '../../../src/presentation/interval-domain.ts';
import type { Measure } from '../../../src/presentation/measure.ts';
import styles from './interval-line.module.css';

export interface IntervalLineProps {
  readonly of: Interval | null;
  readonly domain: Domain;
  /** Where versions are equal, and the loss that is tolerated. */
  readonly equal: Measure['equal'];
  readonly status: string | null;
}

/** An interval drawn as a line with its estimate as a dot, on a scale that it shares with others; its numbers stand beside it. */
export function IntervalLine({ of, domain, equal, status }: IntervalLineProps) {
  const at = (value: number) => {
    const share = (value - domain[0]) / (domain[1] - domain[0]);
    return 100 * Math.min(1, Math.max(0, share));
  };
  const between = (from: number, to: number) => ({ left: `${at(from)}%`, width: `${at(to) - at(from)}%` });
  const tolerated = equal?.tolerated ?? null;
  return (
    <span className={styles.line} data-status={status ?? 'none'} aria-hidden="true">
      {equal === null || tolerated === null ? null : (
        <span className={styles.margin} style={between(tolerated, equal.at)} />
      )}
      {equal === null ? null : <span className={styles.equal} style={{ left: `${at(equal.at)}%` }} />}
      {of === null ? null : (
        <>
          <span className={styles.whisker} style={between(of.lower, of.upper)} />
          <span className={styles.dot} style={{ left: `${at(of.estimate)}%` }} />
        </>
      )}
    </span>
  );
}
