import { Distance } from './outcomes/distance.tsx';
import { Flips } from './outcomes/flips.tsx';
import { Similarity } from './outcomes/similarity.tsx';
import type { SectionProps } from './section-props.ts';

/** How outcomes differ, in the terms of the task. */
export function Outcomes({ report }: SectionProps) {
  switch (report.task) {
    case 'classification':
      return <Flips report={report} />;
    case 'regression':
      return <Distance report={report} />;
    case 'embedding':
    case 'ranking':
      return <Similarity report={report} />;
  }
}
