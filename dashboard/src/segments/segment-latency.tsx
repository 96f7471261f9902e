import type { LatencyReport, Report } from '../../../src/analysis/report/report.ts';
import { milliseconds } from '../../../src/presentation/report-text.ts';
import { Part } from '../components/section.tsx';
import table from '../components/table.module.css';
import { Term } from '../components/term.tsx';

const roles = ['primary', 'shadow', 'control'] as const;

/** Quantiles of a segment's latency, by role. */
export function SegmentLatency({
  report,
  latency,
}: {
  readonly report: Report;
  readonly latency: LatencyReport;
}) {
  const { ratio } = latency;
  const ratioText =
    ratio === null
      ? undefined
      : `× ${ratio.estimate.toFixed(2)} [${ratio.lower.toFixed(2)}, ${ratio.upper.toFixed(2)}] against the ${ratio.against}`;
  return (
    <Part title="Latency" define="latency" note={ratioText}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">ms</th>
            <th scope="col">p50</th>
            <th scope="col">p90</th>
            <th scope="col">p99</th>
            <th scope="col">
              <Term of="latency_compute">run p50</Term>
            </th>
            <th scope="col">
              <Term of="latency_queue">queue p50</Term>
            </th>
          </tr>
        </thead>
        <tbody>
          {roles.map((role) => {
            const quantiles = latency[role];
            if (quantiles === null) return null;
            return (
              <tr key={role}>
                <th scope="row">{role === 'control' ? 'control' : `v${report[role]}`}</th>
                <td>{milliseconds(quantiles.p50)}</td>
                <td>{milliseconds(quantiles.p90)}</td>
                <td>{milliseconds(quantiles.p99)}</td>
                <td>{milliseconds(quantiles.compute_p50)}</td>
                <td>{milliseconds(quantiles.queue_p50)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Part>
  );
}
