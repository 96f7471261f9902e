import { Component, type ReactNode, Suspense } from 'react';
import { Problem } from './remark.tsx';
import styles from './section.module.css';

interface BoundaryProps {
  /** What could not be shown, as it is said: `agreement`. */
  readonly name: string;
  /** Stands there until the part has come. */
  readonly waiting: ReactNode;
  readonly children: ReactNode;
}

/**
 * A part that comes by itself, and fails by itself: it may have been asked for while the server was away, or belong to a page that
 * was built anew since. All else stays.
 */
export class Boundary extends Component<BoundaryProps, { readonly hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError(): { readonly hasFailed: boolean } {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    const { name, waiting, children } = this.props;
    if (!this.state.hasFailed) return <Suspense fallback={waiting}>{children}</Suspense>;
    return (
      <div className={styles.section}>
        <Problem>
          The part “{name}” could not be loaded. <a href={location.href}>Load this page again</a> once the
          server answers.
        </Problem>
      </div>
    );
  }
}
