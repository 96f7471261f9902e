import { count } from '../../../src/presentation/report-text.ts';
import { Figure, Figures } from '../components/figure.tsx';
import { Interval } from '../components/interval.tsx';
import { Key } from '../components/key.tsx';
import { Nothing, Part, Section } from '../components/section.tsx';
import { DistributionPlot } from './latency/distribution-plot.tsx';
import { QuantileTable } from './latency/quantile-table.tsx';
import styles from './latency.module.css';
import type { SectionProps } from './section-props.ts';

/** How long the versions take, in all, and waiting and running apart. */
export function Latency({ report, timeline }: SectionProps) {
  const { latency_ms: quantiles } = report.overall;
  const distributions = timeline?.latency ?? null;
  if (quantiles === null) {
    return (
      <Section id="latency" title="Latency" define="latency">
        <Nothing>
          No latency is known yet: it is that of compared rows. Send requests, or look further back in time.
        </Nothing>
      </Section>
    );
  }
  const { ratio } = quantiles;
  return (
    <Section
      id="latency"
      title="Latency"
      define="latency_exceedance"
      note={
        <span className={styles.keys}>
          <Key of="primary">v{report.primary} primary</Key>
          <Key of="shadow">v{report.shadow} shadow</Key>
          {quantiles.control === null ? null : <Key of="control">v{report.primary} control</Key>}
        </span>
      }
    >
      {distributions === null ? null : (
        <div className={styles.plots}>
          <Part title="Total" define="latency" note="% of requests that take longer">
            <DistributionPlot report={report} name="total" grid={distributions} height={260} />
          </Part>
          <Part title="Queue" define="latency_queue">
            <DistributionPlot report={report} name="queue" grid={distributions} height={260} />
          </Part>
          <Part title="Compute" define="latency_compute">
            <DistributionPlot report={report} name="compute" grid={distributions} height={260} />
          </Part>
        </div>
      )}
      <div className={styles.numbers}>
        <QuantileTable report={report} quantiles={quantiles} />
        <Figures>
          <Figure
            define="latency_ratio"
            label={`v${report.shadow} / ${ratio?.against === 'control' ? 'control' : `v${report.primary}`}`}
            note={
              ratio === null
                ? 'after 30 requests'
                : ratio.against === 'control'
                  ? `against v${report.primary} under the same conditions`
                  : 'the primary answers users, so it is served first'
            }
          >
            <Interval of={ratio} format={(value) => `${value.toFixed(2)}×`} />
          </Figure>
        </Figures>
      </div>
      {distributions === null && timeline !== null ? (
        <Nothing>
          The distributions are those of {count(report.overall.n)} rows; none has a latency in this window.
        </Nothing>
      ) : null}
    </Section>
  );
}
