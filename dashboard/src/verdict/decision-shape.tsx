import type { Verdict } from '../../../src/analysis/report/report.ts';
import styles from './verdict.module.css';

/** A cross in an octagon, an hourglass of dots, a tick in a disc: each decision has a shape of its own. */
export function DecisionShape({ decision }: { readonly decision: Verdict['decision'] }) {
  return (
    <svg viewBox="0 0 32 32" width="30" height="30" aria-hidden="true" className={styles.shape}>
      {decision === 'reject' ? (
        <>
          <path d="M10 2h12l8 8v12l-8 8H10l-8-8V10Z" className={styles.filled} />
          <path d="M11 11 21 21M21 11 11 21" className={styles.drawn} />
        </>
      ) : decision === 'promote' ? (
        <>
          <circle cx="16" cy="16" r="14" className={styles.filled} />
          <path d="M9.5 16.5 14 21 22.5 11.5" className={styles.drawn} />
        </>
      ) : (
        <>
          <rect x="2" y="2" width="28" height="28" rx="9" className={styles.filled} />
          <path d="M9 16h.01M16 16h.01M23 16h.01" className={styles.drawn} />
        </>
      )}
    </svg>
  );
}
