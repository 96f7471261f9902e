import { useState } from 'react';
import type { Report } from '../../../src/analysis/report/report.ts';
import type { LiveStatus } from '../../../src/live/live-status.ts';
import type { ChangedRoles, RolesDocument } from '../api/roles.ts';
import { PushButton } from '../components/push-button.tsx';
import { Section } from '../components/section.tsx';
import type { View } from '../state/view.ts';
import { Downloads } from './downloads.tsx';
import type { RoleAction } from './role-action.ts';
import { RoleDialog } from './role-dialog.tsx';
import styles from './roles.module.css';
import { shareText } from './sample-text.ts';

export interface RolesProps {
  readonly roles: RolesDocument;
  readonly report: Report | null;
  readonly status: LiveStatus | null;
  readonly view: View;
  readonly onChanged: (changed: ChangedRoles) => void;
}

/** Who is on stage and who in the shadow, and changing that. */
export function Roles({ roles, report, status, view, onChanged }: RolesProps) {
  const [action, setAction] = useState<RoleAction | null>(null);
  const close = () => setAction(null);
  return (
    <Section id="roles" title="On stage">
      <ul className={styles.cast}>
        <li>
          <p className={styles.version}>
            v{roles.primary}{' '}
            <span className={styles.role} data-of="primary">
              primary
            </span>
          </p>
          <p className={styles.does}>
            answers every user{status === null ? '' : `, ${rateText(status.requests_per_second)} requests/s`}
          </p>
        </li>
        {roles.shadows.map((shadow) => {
          const { version, paused, state, reason } = shadow;
          return (
            <li key={version}>
              <p className={styles.version}>
                v{version}{' '}
                <span className={styles.role} data-of="shadow">
                  shadow
                </span>
                {state === 'running' ? null : (
                  <span className={styles.state}>{state.replaceAll('_', ' ')}</span>
                )}
              </p>
              <p className={styles.does}>
                {paused ? 'paused: gets nothing, stays loaded' : shareText(shadow)}
                {status !== null && status.shadow === version && !paused
                  ? `, ${rateText(status.compared_per_second)} compared/s`
                  : ''}
              </p>
              {reason === null ? null : <p className={styles.problem}>{reason}</p>}
              <div className={styles.buttons}>
                <PushButton
                  kind={
                    report?.verdict.decision === 'promote' && report.shadow === version ? 'main' : 'quiet'
                  }
                  onPress={() => setAction({ kind: 'promote', version })}
                >
                  Promote…
                </PushButton>
                <PushButton onPress={() => setAction({ kind: 'sample', version })}>Sampling…</PushButton>
                <PushButton onPress={() => setAction({ kind: paused ? 'resume' : 'pause', version })}>
                  {paused ? 'Resume…' : 'Pause…'}
                </PushButton>
              </div>
            </li>
          );
        })}
      </ul>
      <div className={styles.foot}>
        {roles.rollback_to === null ? null : (
          <PushButton onPress={() => setAction({ kind: 'rollback' })}>
            Roll back to v{roles.rollback_to}…
          </PushButton>
        )}
        <Downloads view={view} />
      </div>
      {action === null ? null : (
        <RoleDialog
          action={action}
          roles={roles}
          report={report}
          onClose={close}
          onDone={(changed) => {
            close();
            onChanged(changed);
          }}
        />
      )}
    </Section>
  );
}

function rateText(rate: number): string {
  return rate >= 100 || rate === 0 ? Math.round(rate).toLocaleString('en-US') : rate.toFixed(1);
}
