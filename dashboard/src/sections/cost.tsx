import type { Report, ResourcesReport } from '../../../src/analysis/report/report.ts';
import { bytes, milliseconds, share } from '../../../src/presentation/report-text.ts';
import { Key } from '../components/key.tsx';
import layout from '../components/layout.module.css';
import { Numbers } from '../components/numbers.tsx';
import { Remark } from '../components/remark.tsx';
import { Nothing, Section } from '../components/section.tsx';
import table from '../components/table.module.css';
import { Term } from '../components/term.tsx';
import { type CostKey, type CostMeasure, costMeasures, partnerOf } from '../data/cost-measures.ts';
import type { DefinitionKey } from '../text/definitions.ts';
import styles from './cost.module.css';
import type { SectionProps } from './section-props.ts';

const rows: Readonly<Record<CostKey, { readonly define: DefinitionKey; readonly unit: string }>> = {
  cpu_ms_per_row: { define: 'cpu_per_1000', unit: 'per 1,000 rows' },
  memory_bytes: { define: 'memory', unit: '' },
  cost_per_1000: { define: 'cost', unit: 'per 1,000 rows' },
  gpu_utilization: { define: 'gpu', unit: '' },
  gpu_memory_bytes: { define: 'gpu_memory', unit: '' },
  gpu_power_watts: { define: 'gpu_power', unit: '' },
  rows_per_run: { define: 'rows_per_run', unit: '' },
  cpu_seconds: { define: 'cpu_seconds', unit: '' },
};

/** What each version takes of the machine, the shadow beside its partner. */
export function Cost({ report }: SectionProps) {
  const { resources } = report.overall;
  const measures = resources === null ? [] : costMeasures(resources);
  return (
    <Section id="cost" title="What each model costs" define="resources" note="since it was loaded">
      {resources === null || measures.length === 0 ? (
        <Nothing>
          Nothing measures these versions now: costs are those of models that run. Load the shadow again to
          see what it takes.
        </Nothing>
      ) : (
        <div className={layout.stack}>
          <CostTable report={report} resources={resources} measures={measures} />
          <Remark>{remarkOf(report, resources, measures)}</Remark>
          <ServerCost resources={resources} />
        </div>
      )}
    </Section>
  );
}

function remarkOf(
  { shadow, primary }: Report,
  resources: ResourcesReport,
  measures: readonly CostMeasure[],
): string {
  const gpu = (['primary', 'shadow', 'control'] as const).some((role) => {
    const cost = resources[role];
    return cost !== null && (cost.gpu_utilization !== null || cost.gpu_memory_bytes !== null);
  });
  const partner =
    partnerOf(resources) === 'control'
      ? `The fair partner of v${shadow} is the control, v${primary} under the same conditions.`
      : `v${primary} also encodes answers; a control (“control: 1%” in deployment.yaml) would be the fairer partner.`;
  const unlike = measures.some(({ key, ratio }) => key === 'cpu_ms_per_row' && ratio === null)
    ? ' Their rows share runs too unevenly for a ratio of CPU to mean anything: compare at samples of one size.'
    : '';
  return `${partner}${unlike}${gpu ? '' : ' No version uses a GPU.'}`;
}

function CostTable({
  report,
  resources,
  measures,
}: {
  readonly report: Report;
  readonly resources: ResourcesReport;
  readonly measures: readonly CostMeasure[];
}) {
  const lanes = [
    { role: 'primary', version: report.primary, cost: resources.primary },
    { role: 'shadow', version: report.shadow, cost: resources.shadow },
    { role: 'control', version: report.primary, cost: resources.control },
  ] as const;
  const shown = lanes.filter(({ cost }) => cost !== null);
  const currency = shown.find(({ cost }) => cost?.cost_per_1000)?.cost?.cost_per_1000?.currency ?? '';
  const partner = partnerOf(resources);
  return (
    <div className={table.scroll}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">
              <span className="unseen">measure</span>
            </th>
            {shown.map(({ role, version }) => (
              <th key={role} scope="col" className={table.n}>
                <Key of={role}>v{version}</Key> <span className={styles.role}>{role}</span>
              </th>
            ))}
            <th scope="col" className={table.n}>
              <Term of="cost_ratio">
                v{report.shadow} / {partner}
              </Term>
            </th>
          </tr>
        </thead>
        <tbody>
          {measures.map((measure) => (
            <tr key={measure.key}>
              <th scope="row">
                <Term of={rows[measure.key].define} />{' '}
                <span className={table.quiet}>{rows[measure.key].unit}</span>
              </th>
              {shown.map(({ role }) => (
                <td key={role} className={table.n}>
                  {amountText(measure.key, measure[role], currency)}
                </td>
              ))}
              <td className={table.n}>{measure.ratio === null ? '–' : `${measure.ratio.toFixed(2)}×`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function amountText(key: CostKey, amount: number | null, currency: string): string {
  if (amount === null) return '–';
  switch (key) {
    case 'cpu_ms_per_row':
      return `${milliseconds(1000 * amount)} ms`;
    case 'cpu_seconds':
      return `${amount.toFixed(1)} s`;
    case 'rows_per_run':
      return amount.toFixed(1);
    case 'memory_bytes':
    case 'gpu_memory_bytes':
      return bytes(amount);
    case 'gpu_utilization':
      return share(amount);
    case 'gpu_power_watts':
      return `${amount.toFixed(1)} W`;
    case 'cost_per_1000':
      return `${amount.toPrecision(3)} ${currency}`;
  }
}

function ServerCost({ resources }: { readonly resources: ResourcesReport }) {
  const { process, server_components: components } = resources;
  if (process === null && components === null) return null;
  return (
    <Numbers of="the server itself">
      <table className={table.table}>
        <tbody>
          {process === null ? null : (
            <tr>
              <th scope="row">the whole process, with the lanes in its threads</th>
              <td className={table.n}>{process.cpu_percent.toFixed(0)}% of a core</td>
              <td className={table.n}>{process.cpu_seconds.toFixed(1)} s CPU</td>
              <td className={table.n}>{bytes(process.memory_bytes)}</td>
            </tr>
          )}
          {components?.map(({ component, cpu_seconds }) => (
            <tr key={component}>
              <th scope="row">{component}, for all models</th>
              <td />
              <td className={table.n}>{cpu_seconds.toFixed(1)} s CPU</td>
              <td />
            </tr>
          ))}
        </tbody>
      </table>
    </Numbers>
  );
}
