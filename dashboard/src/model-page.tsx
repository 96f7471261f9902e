import { useCallback, useState } from 'react';
import type { Live } from './api/live.ts';
import type { ChangedRoles, RolesDocument } from './api/roles.ts';
import styles from './app.module.css';
import { Boundary } from './components/boundary.tsx';
import { NoReport, NoRows } from './notices/empty.tsx';
import { Loading } from './notices/loading.tsx';
import { Readiness } from './readiness/readiness.tsx';
import { Roles } from './roles/roles.tsx';
import { sectionsOf } from './sections/sections.ts';
import { SegmentSheet } from './segments/segment-sheet.tsx';
import { Segments } from './segments/segments.tsx';
import type { View } from './state/view.ts';
import { Verdict } from './verdict/verdict.tsx';

export interface ModelPageProps {
  readonly view: View;
  readonly live: Live;
  readonly roles: RolesDocument | null;
  readonly onChanged: (changed: ChangedRoles) => void;
}

/** All that is known of one model's shadow: what decides first. */
export function ModelPage({ view, live, roles, onChanged }: ModelPageProps) {
  const [open, setOpen] = useState<string | null>(null);
  const close = useCallback(() => setOpen(null), []);
  const { report, timeline, status, problem } = live;
  const cast =
    roles === null ? null : (
      <Roles roles={roles} report={report} status={status} view={view} onChanged={onChanged} />
    );
  if (problem !== null && report === null) {
    return (
      <>
        <NoReport model={view.model} {...problem} />
        {cast}
      </>
    );
  }
  if (report === null) return <Loading />;
  const props = { report, timeline, status, view };
  const isEmpty = report.traffic.compared === 0;
  return (
    <div className={styles.sections}>
      {isEmpty ? (
        <div className={styles.whole}>
          <NoRows model={view.model} isWindowed={view.from !== null || view.to !== null} />
        </div>
      ) : null}
      <div className={`${styles.whole} ${styles.top}`}>
        <Verdict {...props} onSegment={setOpen} />
        {cast}
      </div>
      <div className={styles.whole}>
        <Readiness {...props} />
      </div>
      <div className={styles.whole}>
        <Segments report={report} onSegment={setOpen} />
      </div>
      {isEmpty
        ? null
        : sectionsOf(report).map(({ id, width, Section }) => (
            <div key={id} className={styles[width]}>
              <Boundary name={id} waiting={<div className={styles.waiting} />}>
                <Section {...props} />
              </Boundary>
            </div>
          ))}
      <SegmentSheet report={report} name={open} onClose={close} />
    </div>
  );
}
