import type { ReactNode } from 'react';
import type { DefinitionKey } from '../text/definitions.ts';
import styles from './section.module.css';
import { Term } from './term.tsx';

export interface SectionFrame {
  /** Anchor, and what the heading is found by. */
  readonly id: string;
  readonly title: string;
  /** Makes the heading tell its definition. */
  readonly define?: DefinitionKey;
  /** A few quiet words beside the heading. */
  readonly note?: ReactNode;
  /** At the right of the heading. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A part of the page under a heading. */
export function Section({ id, title, define, note, actions, children }: SectionFrame) {
  return (
    <section id={id} aria-labelledby={`${id}-title`} className={styles.section}>
      <header className={styles.head}>
        <h2 id={`${id}-title`}>{define === undefined ? title : <Term of={define}>{title}</Term>}</h2>
        {note === undefined ? null : <p className={styles.note}>{note}</p>}
        {actions === undefined ? null : <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
    </section>
  );
}

/** What a section says where it has nothing to draw, and what to do about it. */
export function Nothing({ children }: { readonly children: ReactNode }) {
  return <p className={styles.nothing}>{children}</p>;
}

/** A block under a heading of its own, within a section. */
export function Part({ title, define, note, children }: Omit<SectionFrame, 'id' | 'actions'>) {
  const term = define === undefined ? title : <Term of={define}>{title}</Term>;
  return (
    <div className={styles.part}>
      <h3>
        {term}
        {note === undefined ? null : <span className={styles.note}> {note}</span>}
      </h3>
      {children}
    </div>
  );
}
