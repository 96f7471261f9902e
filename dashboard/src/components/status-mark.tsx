import type { Status } from '../../../src/analysis/report/report.ts';
import styles from './status-mark.module.css';

/** Each status has a shape of its own, so that nothing hangs on its colour. */
const shapes: Record<Status, string> = {
  // A cross in a diamond, a ring, a tick, a triangle that points up.
  regressed: 'M8 1 15 8 8 15 1 8ZM5.6 5.6 10.4 10.4M10.4 5.6 5.6 10.4',
  undecided: 'M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 1 1 0-11',
  safe: 'M2.5 8.5 6.3 12.2 13.5 4',
  better: 'M8 2.5 14 13H2Z',
};

/** The shape of a status, with its word unless it stands beside already. */
export function StatusMark({ status, word = true }: { readonly status: Status; readonly word?: boolean }) {
  return (
    <span className={styles.mark} data-status={status}>
      <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true">
        <path d={shapes[status]} />
      </svg>
      {word ? status : <span className="unseen">{status}</span>}
    </span>
  );
}
