import type { LatencyQuantiles, LatencyReport, Report } from '../../../../src/analysis/report/report.ts';
import { milliseconds } from '../../../../src/presentation/report-text.ts';
import { Key } from '../../components/key.tsx';
import table from '../../components/table.module.css';
import { Term } from '../../components/term.tsx';
import styles from './quantile-table.module.css';

const columns: readonly (keyof LatencyQuantiles)[] = [
  'p50',
  'p90',
  'p99',
  'queue_p50',
  'compute_p50',
  'compute_p90',
  'compute_p99',
];

/** Quantiles of each version, milliseconds. */
export function QuantileTable({
  report,
  quantiles,
}: {
  readonly report: Report;
  readonly quantiles: LatencyReport;
}) {
  const lanes = [
    { role: 'primary', version: report.primary, times: quantiles.primary },
    { role: 'shadow', version: report.shadow, times: quantiles.shadow },
    { role: 'control', version: report.primary, times: quantiles.control },
  ] as const;
  return (
    <div className={table.scroll}>
      <table className={`${table.table} ${styles.quantiles}`}>
        <thead>
          <tr>
            <th rowSpan={2} scope="col">
              milliseconds
            </th>
            <th scope="colgroup" colSpan={3} className={styles.group}>
              <Term of="latency">total</Term>
            </th>
            <th scope="colgroup" className={styles.group}>
              <Term of="latency_queue">queue</Term>
            </th>
            <th scope="colgroup" colSpan={3} className={styles.group}>
              <Term of="latency_compute">compute</Term>
            </th>
          </tr>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col" className={table.n}>
                {column.replace(/^.*_/, '')}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lanes.map(({ role, version, times }) =>
            times === null ? null : (
              <tr key={role}>
                <th scope="row">
                  <Key of={role}>
                    v{version} {role}
                  </Key>
                </th>
                {columns.map((column) => (
                  <td key={column} className={table.n}>
                    {milliseconds(times[column])}
                  </td>
                ))}
              </tr>
            ),
          )}
        </tbody>
      </table>
    </div>
  );
}
