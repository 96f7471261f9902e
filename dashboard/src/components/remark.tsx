import type { ReactNode } from 'react';
import styles from './layout.module.css';

/** Small print below numbers: what to make of them. */
export function Remark({ children }: { readonly children: ReactNode }) {
  return <p className={styles.remark}>{children}</p>;
}

/** Why something cannot be had or done, told at once to those who listen. */
export function Problem({ children }: { readonly children: ReactNode }) {
  return (
    <p role="alert" className={styles.problem}>
      {children}
    </p>
  );
}
