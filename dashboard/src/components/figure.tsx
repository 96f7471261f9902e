import type { ReactNode } from 'react';
import type { DefinitionKey } from '../text/definitions.ts';
import styles from './figure.module.css';
import { Term } from './term.tsx';

export interface FigureProps {
  readonly define: DefinitionKey;
  /** Instead of the definition's title. */
  readonly label?: string;
  readonly children: ReactNode;
  /** Small print below the number. */
  readonly note?: ReactNode;
}

/** A number under its name; it belongs into `Figures`. */
export function Figure({ define, label, children, note }: FigureProps) {
  return (
    <div className={styles.figure}>
      <dt>
        <Term of={define}>{label}</Term>
      </dt>
      <dd className={styles.value}>{children}</dd>
      {note === undefined ? null : <dd className={styles.note}>{note}</dd>}
    </div>
  );
}

/** A row of numbers that wraps. */
export function Figures({ children }: { readonly children: ReactNode }) {
  return <dl className={styles.figures}>{children}</dl>;
}
