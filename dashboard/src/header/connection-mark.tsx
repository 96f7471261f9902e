import type { Connection } from '../api/live.ts';
import styles from './connection-mark.module.css';

/** Whether the page follows the server now. */
export function ConnectionMark({
  connection,
  requestsPerSecond,
}: {
  readonly connection: Connection;
  readonly requestsPerSecond: number | null;
}) {
  const { kind } = connection;
  const words = { connecting: 'connecting', live: 'live', lost: 'disconnected' }[kind];
  return (
    <span className={styles.mark} data-kind={kind}>
      <span role="status">{words}</span>
      {kind === 'live' && requestsPerSecond !== null ? (
        <span className={styles.rate}>{rateText(requestsPerSecond)} req/s</span>
      ) : null}
    </span>
  );
}

function rateText(rate: number): string {
  return rate >= 100 || rate === 0 ? Math.round(rate).toLocaleString('en-US') : rate.toFixed(1);
}
