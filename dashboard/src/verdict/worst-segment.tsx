import { Button } from 'react-aria-components';
import type { Report } from '../../../src/analysis/report/report.ts';
import { domainOf } from '../../../src/presentation/interval-domain.ts';
import { measureOf } from '../../../src/presentation/measure.ts';
import { count, share } from '../../../src/presentation/report-text.ts';
import { Interval } from '../components/interval.tsx';
import { IntervalLine } from '../components/interval-line.tsx';
import { StatusMark } from '../components/status-mark.tsx';
import { segmentName } from '../text/segment-name.ts';
import styles from './verdict.module.css';

/** The first of the segments, drawn beside all traffic; pressed, it opens. */
export function WorstSegment({
  report,
  onSegment,
}: {
  readonly report: Report;
  readonly onSegment: (name: string) => void;
}) {
  const worst = report.segments[0];
  if (worst === undefined) return null;
  const measure = measureOf(report);
  const { block, status, segment } = worst;
  const domain = domainOf(measure, [report.overall, block]);
  const name = segmentName(segment);
  return (
    <div className={styles.worst}>
      <p className={styles.worstHead}>
        Worst segment
        <span className={styles.facts}>
          {worst.traffic_share === null ? '' : `${share(worst.traffic_share)} of traffic · `}
          {count(block.n)} rows
        </span>
      </p>
      <Button className={styles.worstName} onPress={() => onSegment(name)}>
        {name}
      </Button>
      <IntervalLine of={measure.interval(block)} domain={domain} equal={measure.equal} status={status} />
      <span className={styles.worstNumbers}>
        <Interval of={measure.interval(block)} format={measure.number} />
      </span>
      <span className={styles.worstStatus}>
        <StatusMark status={status} />
      </span>
      <span className={styles.all}>all traffic</span>
      <IntervalLine
        of={measure.interval(report.overall)}
        domain={domain}
        equal={measure.equal}
        status={null}
      />
      <span className={styles.worstNumbers}>
        <Interval of={measure.interval(report.overall)} format={measure.number} />
      </span>
    </div>
  );
}
