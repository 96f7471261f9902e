import { useState } from 'react';
import { Button } from 'react-aria-components';
import { measureOf } from '../../../src/presentation/measure.ts';
import { count, minuteOf, share } from '../../../src/presentation/report-text.ts';
import { Figure, Figures } from '../components/figure.tsx';
import { Interval } from '../components/interval.tsx';
import { Term } from '../components/term.tsx';
import type { SectionProps } from '../sections/section-props.ts';
import { verdicts } from '../text/verdicts.ts';
import { DecisionShape } from './decision-shape.tsx';
import styles from './verdict.module.css';
import { WorstSegment } from './worst-segment.tsx';

/** Reasons beyond these wait until they are asked for. */
const shownReasons = 3;

export interface VerdictProps extends SectionProps {
  readonly onSegment: (name: string) => void;
}

/** What the page is for: may the shadow go on stage, and why or why not. */
export function Verdict({ report, onSegment }: VerdictProps) {
  const { verdict, shadow } = report;
  const { words, meaning } = verdicts[verdict.decision];
  const [first = '', ...others] = verdict.reasons;
  const [showsAll, showAll] = useState(false);
  const shown = showsAll ? others : others.slice(0, shownReasons);
  return (
    <section
      className={styles.verdict}
      data-decision={verdict.decision}
      aria-labelledby="verdict-title"
      id="verdict"
    >
      <h2 className={styles.title} id="verdict-title">
        <DecisionShape decision={verdict.decision} />
        <Term of="verdict">{words}</Term>
        <span className={styles.meaning}>{meaning(shadow)}</span>
      </h2>
      <p className={styles.reason}>{first}</p>
      {shown.length === 0 ? null : (
        <ul className={styles.reasons}>
          {shown.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
      {others.length > shownReasons ? (
        <Button className={styles.more} onPress={() => showAll(!showsAll)} aria-expanded={showsAll}>
          {showsAll ? 'Fewer reasons' : `${others.length - shownReasons} more reasons`}
        </Button>
      ) : null}
      <WorstSegment report={report} onSegment={onSegment} />
      <VerdictFigures report={report} />
    </section>
  );
}

function VerdictFigures({ report }: Pick<SectionProps, 'report'>) {
  const { overall, traffic, window } = report;
  const measure = measureOf(report);
  const define = overall.accuracy?.difference
    ? 'accuracy_difference'
    : overall.error?.difference
      ? 'error'
      : null;
  return (
    <div className={styles.figures}>
      <Figures>
        {define === null ? null : (
          <Figure
            define={define}
            label={define === 'error' ? 'Error, all traffic' : 'Right, all traffic'}
            note={measure.versions(overall)}
          >
            <Interval of={measure.interval(overall)} format={measure.number} />
            {define === 'error' ? null : <span className={styles.unit}> points</span>}
          </Figure>
        )}
        {overall.agreement === null ? null : (
          <Figure
            define="agreement"
            note={`${share(overall.agreement.lower)} to ${share(overall.agreement.upper)}`}
          >
            {share(overall.agreement.estimate)}
          </Figure>
        )}
        {overall.similarity === null ? null : (
          <Figure define="similarity">{overall.similarity.mean.toFixed(4)}</Figure>
        )}
        <Figure define="counted" note={`${count(traffic.compared)} compared`}>
          {count(overall.n)}
        </Figure>
        <Figure define="requests" note={`${count(traffic.rows)} rows`}>
          {count(traffic.requests)}
        </Figure>
        <Figure define="window" label="Window, UTC" note={`to ${minuteOf(window.to)}`}>
          {minuteOf(window.from)}
        </Figure>
      </Figures>
    </div>
  );
}
