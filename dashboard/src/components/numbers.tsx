import type { ReactNode } from 'react';
import styles from './numbers.module.css';

/** The numbers behind a plot, folded away until they are asked for. */
export function Numbers({ of, children }: { readonly of: string; readonly children: ReactNode }) {
  return (
    <details className={styles.numbers}>
      <summary>Numbers of {of}</summary>
      {children}
    </details>
  );
}
