import { Suspense, useEffect, useState } from 'react';
import type { Report } from '../../src/analysis/report/report.ts';
import type { Timeline } from '../../src/analysis/timeline/timeline.ts';
import { ask, modelPath } from './api/ask.ts';
import styles from './app.module.css';
import { sections } from './sections/sections.ts';
import { queryOf, type View } from './state/view.ts';

const view: View = {
  model: new URLSearchParams(location.search).get('model') ?? 'fraud',
  shadow: null,
  from: null,
  to: null,
};

export function App() {
  const [report, setReport] = useState<Report | null>(null);
  const [timeline, setTimeline] = useState<Timeline | null>(null);
  useEffect(() => {
    void ask<Report>(modelPath(view.model, `report${queryOf(view)}`)).then(setReport);
    void ask<Timeline>(modelPath(view.model, `timeline${queryOf(view)}`)).then(setTimeline, () => null);
  }, []);
  if (report === null) return null;
  return (
    <main className={styles.sections}>
      {sections.map(({ id, width, Section }) => (
        <div key={id} className={styles[width]}>
          <Suspense fallback={null}>
            <Section report={report} timeline={timeline} status={null} view={view} />
          </Suspense>
        </div>
      ))}
    </main>
  );
}
