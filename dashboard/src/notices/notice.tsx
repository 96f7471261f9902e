import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import styles from './notice.module.css';

export interface NoticeProps {
  readonly kind: 'problem' | 'remark' | 'done';
  readonly children: ReactNode;
  /** Where it may be put away. */
  readonly onClose?: () => void;
}

/** A line above the page's content: what happened, and what to do about it. */
export function Notice({ kind, children, onClose }: NoticeProps) {
  return (
    <div className={styles.notice} data-kind={kind} role={kind === 'problem' ? 'alert' : 'status'}>
      <div className={styles.text}>{children}</div>
      {onClose === undefined ? null : (
        <Button className={styles.close} onPress={onClose}>
          Dismiss
        </Button>
      )}
    </div>
  );
}
