import { Label, ProgressBar } from 'react-aria-components';
import type { Gate } from '../../../src/analysis/report/report.ts';
import styles from './readiness.module.css';

/** How far a gate is; what is open has a tick, too. */
export function GateBar({ name, gate }: { readonly name: string; readonly gate: Gate }) {
  // Rounded down: what lacks a little is not 100%.
  const percent = Math.floor(gate.progress * 100);
  return (
    <ProgressBar
      className={styles.progress}
      value={percent}
      valueLabel={`${percent}%`}
      data-ready={gate.ready}
    >
      <Label className="unseen">{name}</Label>
      <span className={styles.track}>
        <span className={styles.fill} style={{ width: `${percent}%` }} />
      </span>
      <span className={styles.percent}>
        <span aria-hidden="true">{gate.ready ? '✓' : '…'}</span> {percent}%
      </span>
    </ProgressBar>
  );
}
