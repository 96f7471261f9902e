import styles from './loading.module.css';

/** The shape of the page while its report is on the way. */
export function Loading() {
  return (
    <div className={styles.loading}>
      <p className="unseen" role="status">
        The report is being made. On a long log that takes some seconds.
      </p>
      <div className={styles.verdict} />
      <div className={styles.block} />
      <div className={styles.block} />
    </div>
  );
}
