import type { ReactNode } from 'react';
import styles from './key.module.css';

/** One entry of a plot's key. */
export function Key({
  of,
  children,
}: {
  readonly of: 'primary' | 'shadow' | 'control';
  readonly children: ReactNode;
}) {
  return (
    <span className={styles.key} data-of={of}>
      {children}
    </span>
  );
}
