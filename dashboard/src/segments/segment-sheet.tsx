import { lazy } from 'react';
import type { Report, SegmentReport } from '../../../src/analysis/report/report.ts';
import { signed } from '../../../src/analysis/verdict/percent-text.ts';
import { domainOf } from '../../../src/presentation/interval-domain.ts';
import { measureOf } from '../../../src/presentation/measure.ts';
import { count, milliseconds, share } from '../../../src/presentation/report-text.ts';
import { Boundary } from '../components/boundary.tsx';
import { Figure, Figures } from '../components/figure.tsx';
import { Interval } from '../components/interval.tsx';
import { IntervalLine } from '../components/interval-line.tsx';
import { Part } from '../components/section.tsx';
import { Sheet } from '../components/sheet.tsx';
import { StatusMark } from '../components/status-mark.tsx';
import { segmentName } from '../text/segment-name.ts';
import { SegmentLatency } from './segment-latency.tsx';
import styles from './segment-sheet.module.css';
import { TruthFigures } from './truth-figures.tsx';

const Histograms = lazy(async () => ({ default: (await import('../sections/confidence.tsx')).Histograms }));

/** All that is known of one segment. Null shows nothing. */
export function SegmentSheet({
  report,
  name,
  onClose,
}: {
  readonly report: Report;
  readonly name: string | null;
  readonly onClose: () => void;
}) {
  const segment = report.segments.find((one) => segmentName(one.segment) === name);
  return (
    <Sheet title={name ?? ''} place="side" isOpen={name !== null} onClose={onClose}>
      {segment === undefined ? (
        <p>
          This segment is not in the report of this window. Close this, and choose another window or another
          segment.
        </p>
      ) : (
        <Detail report={report} segment={segment} />
      )}
    </Sheet>
  );
}

function Detail({ report, segment }: { readonly report: Report; readonly segment: SegmentReport }) {
  const { block, status, evidence, traffic_share } = segment;
  const measure = measureOf(report);
  const domain = domainOf(measure, [report.overall, block]);
  const interval = measure.interval(block);
  return (
    <div className={styles.detail}>
      <div className={styles.judged}>
        <StatusMark status={status} />
        <IntervalLine of={interval} domain={domain} equal={measure.equal} status={status} />
        <Interval of={interval} format={measure.number} />
      </div>
      <p className={styles.legend}>
        {measure.title}. {measure.legend}
      </p>
      <Figures>
        <Figure define="n">{count(block.n)}</Figure>
        <Figure define="traffic_share">{share(traffic_share)}</Figure>
        {block.agreement === null ? null : (
          <Figure
            define="agreement"
            note={`${share(block.agreement.lower)} to ${share(block.agreement.upper)}`}
          >
            {share(block.agreement.estimate)}
          </Figure>
        )}
        <Figure define="evidence" note={`threshold ${amount(evidence.threshold)}`}>
          {amount(evidence.e_value)}
        </Figure>
      </Figures>
      <TruthFigures report={report} block={block} />
      {block.errors === null ? null : (
        <Part title="Errors" define="error_rate">
          <Figures>
            <Figure define="error_rate" label={`v${report.primary}`} note={rangeText(block.errors.primary)}>
              {share(block.errors.primary.rate, 2)}
            </Figure>
            <Figure define="error_rate" label={`v${report.shadow}`} note={rangeText(block.errors.shadow)}>
              {share(block.errors.shadow.rate, 2)}
            </Figure>
          </Figures>
        </Part>
      )}
      {block.confidence === null ? null : (
        <Part title="Confidence" define="confidence">
          <Boundary name="confidence" waiting={<div className={styles.waiting} />}>
            <Histograms report={report} confidence={block.confidence} />
          </Boundary>
          <Figures>
            <Figure define="confidence_change" label="Change of mean">
              <Interval of={block.confidence.difference} format={(value) => signed(value, 3)} />
            </Figure>
            <Figure define="psi">{block.confidence.psi.toFixed(3)}</Figure>
            <Figure define="js_distance" label="JS distance">
              {block.confidence.js_distance.toFixed(3)}
            </Figure>
            <Figure define="ks" label="KS">
              {block.confidence.ks.toFixed(3)}
            </Figure>
            <Figure define="wasserstein" label="Wasserstein">
              {block.confidence.wasserstein.toFixed(3)}
            </Figure>
          </Figures>
        </Part>
      )}
      {block.calibration === null ? null : (
        <Part title="Calibration" define="ece">
          <Figures>
            {(['primary', 'shadow'] as const).map((role) => (
              <Figure
                key={role}
                define="ece"
                label={`ECE v${report[role]}`}
                note={`Brier ${block.calibration?.[role].brier.toFixed(3)}`}
              >
                {block.calibration?.[role].ece.toFixed(3)}
              </Figure>
            ))}
          </Figures>
        </Part>
      )}
      {block.latency_ms === null ? null : <SegmentLatency report={report} latency={block.latency_ms} />}
      {block.resources?.shadow?.cpu_ms_per_row == null ? null : (
        <Part title="CPU" note="of the worker’s own thread, per row">
          <Figures>
            {(['primary', 'shadow'] as const).map((role) => (
              <Figure key={role} define="cpu_per_1000" label={`v${report[role]}`}>
                {milliseconds(block.resources?.[role]?.cpu_ms_per_row)} ms
              </Figure>
            ))}
          </Figures>
        </Part>
      )}
    </div>
  );
}

function rangeText({ lower, upper }: { readonly lower: number; readonly upper: number }): string {
  return `${share(lower, 2)} to ${share(upper, 2)}`;
}

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** An e-value may be astronomic: `9.9 × 10¹⁹`. */
function amount(value: number): string {
  if (value < 1e6) return value >= 100 ? count(value) : String(Number(value.toPrecision(3)));
  if (!Number.isFinite(value)) return '∞';
  const [digits, power] = value.toExponential(1).split('e+');
  return `${digits} × 10${[...power!].map((digit) => superscripts[Number(digit)]).join('')}`;
}
