import type { ResourcesReport, VersionCost } from '../../../src/analysis/report/report.ts';

export type CostKey =
  | 'cpu_ms_per_row'
  | 'cpu_seconds'
  | 'rows_per_run'
  | 'memory_bytes'
  | 'gpu_utilization'
  | 'gpu_memory_bytes'
  | 'gpu_power_watts'
  | 'cost_per_1000';

export interface CostMeasure {
  readonly key: CostKey;
  readonly primary: number | null;
  readonly shadow: number | null;
  readonly control: number | null;
  /** Shadow by partner; null where either is unknown, the partner's is 0, or a ratio would mislead. */
  readonly ratio: number | null;
}

const order: readonly CostKey[] = [
  'cpu_ms_per_row',
  'memory_bytes',
  'cost_per_1000',
  'gpu_utilization',
  'gpu_memory_bytes',
  'gpu_power_watts',
  'rows_per_run',
  'cpu_seconds',
];

/** These hang on how much traffic a version got, so a ratio of two versions would be one of their samples. */
const ofTraffic: ReadonlySet<CostKey> = new Set(['cpu_seconds', 'rows_per_run']);

/** A row costs less the more of them share a run, so these compare only where runs are alike. */
const ofRow: ReadonlySet<CostKey> = new Set(['cpu_ms_per_row', 'cost_per_1000']);
const mostUnlike = 2;

/** The control is the fair partner of the shadow, since it runs under the same conditions. */
export function partnerOf({ control }: ResourcesReport): 'control' | 'primary' {
  return control === null ? 'primary' : 'control';
}

/** What is known of at least one version, in the order in which it is asked for. */
export function costMeasures(resources: ResourcesReport): CostMeasure[] {
  const partner = partnerOf(resources);
  const alike = runsAlike(resources.shadow, resources[partner]);
  return order.flatMap((key): CostMeasure[] => {
    const [primary, shadow, control] = [
      amountOf(resources.primary, key),
      amountOf(resources.shadow, key),
      amountOf(resources.control, key),
    ];
    if (primary === null && shadow === null && control === null) return [];
    const base = partner === 'control' ? control : primary;
    const comparable = !ofTraffic.has(key) && (alike || !ofRow.has(key));
    const known = shadow !== null && base !== null && base > 0;
    return [{ key, primary, shadow, control, ratio: known && comparable ? shadow / base : null }];
  });
}

/** Whether rows share runs about as often; true where nobody knows. */
function runsAlike(a: VersionCost | null, b: VersionCost | null): boolean {
  const [ofA, ofB] = [a?.rows_per_run ?? null, b?.rows_per_run ?? null];
  if (ofA === null || ofB === null || ofA === 0 || ofB === 0) return true;
  return Math.max(ofA / ofB, ofB / ofA) <= mostUnlike;
}

function amountOf(cost: VersionCost | null, key: CostKey): number | null {
  if (cost === null) return null;
  return key === 'cost_per_1000' ? (cost.cost_per_1000?.amount ?? null) : cost[key];
}
