import { BIGINT, BOOLEAN, DOUBLE, type DuckDBType, TIMESTAMP, VARCHAR } from '@duckdb/node-api';
import type {
  Block,
  LatencyQuantiles,
  Rate,
  Report,
  SegmentReport,
  VersionCost,
} from '../analysis/report/report.ts';
import type { Interval } from '../analysis/statistics/interval.ts';

/** What a row is about: a segment, or all traffic where `segment` is null. */
export interface ParquetRow {
  readonly report: Report;
  readonly segment: SegmentReport | null;
  readonly block: Block;
}

export interface ParquetColumn {
  readonly name: string;
  readonly type: DuckDBType;
  /** A time as ISO 8601. */
  readonly read: (row: ParquetRow) => string | number | boolean | null | undefined;
}

type Read = ParquetColumn['read'];
const text = (name: string, read: Read): ParquetColumn => ({ name, type: VARCHAR, read });
const time = (name: string, read: Read): ParquetColumn => ({ name, type: TIMESTAMP, read });
const count = (name: string, read: Read): ParquetColumn => ({ name, type: BIGINT, read });
const number = (name: string, read: Read): ParquetColumn => ({ name, type: DOUBLE, read });

/** `name`, `name_lower`, `name_upper`. */
function interval(name: string, of: (block: Block) => Interval | null | undefined): ParquetColumn[] {
  return [
    number(name, ({ block }) => of(block)?.estimate),
    number(`${name}_lower`, ({ block }) => of(block)?.lower),
    number(`${name}_upper`, ({ block }) => of(block)?.upper),
  ];
}

function rate(name: string, of: (block: Block) => Rate | null | undefined): ParquetColumn[] {
  return [
    number(name, ({ block }) => of(block)?.rate),
    number(`${name}_lower`, ({ block }) => of(block)?.lower),
    number(`${name}_upper`, ({ block }) => of(block)?.upper),
  ];
}

const quantiles = [
  ...(['p50', 'p90', 'p99'] as const),
  ...(['compute_p50', 'compute_p90', 'compute_p99', 'queue_p50'] as const),
] as const satisfies readonly (keyof LatencyQuantiles)[];

function latency(lane: 'primary' | 'shadow' | 'control'): ParquetColumn[] {
  return quantiles.map((quantile) =>
    number(`${lane}_latency_${quantile}_ms`, ({ block }) => block.latency_ms?.[lane]?.[quantile]),
  );
}

const costs = [
  ...(['cpu_seconds', 'cpu_ms_per_row', 'rows_per_run', 'memory_bytes'] as const),
  ...(['gpu_utilization', 'gpu_memory_bytes', 'gpu_power_watts'] as const),
] as const satisfies readonly (keyof VersionCost)[];

function cost(lane: 'primary' | 'shadow' | 'control'): ParquetColumn[] {
  return costs.map((name) => number(`${lane}_${name}`, ({ block }) => block.resources?.[lane]?.[name]));
}

/** Every figure of the report that each segment has one of, flat; names are those of the report, joined. */
export const parquetColumns: readonly ParquetColumn[] = [
  text('model', ({ report }) => report.model),
  text('primary_version', ({ report }) => report.primary),
  text('shadow_version', ({ report }) => report.shadow),
  text('task', ({ report }) => report.task),
  time('generated_at', ({ report }) => report.generated_at),
  time('window_from', ({ report }) => report.window.from),
  time('window_to', ({ report }) => report.window.to),
  text('decision', ({ report }) => report.verdict.decision),
  text('segment_column', ({ segment }) => segment?.segment.column),
  text('segment_value', ({ segment }) => segment?.segment.value),
  number('traffic_share', ({ segment }) => (segment === null ? 1 : segment.traffic_share)),
  text('status', ({ segment }) => segment?.status),
  number('e_value', ({ segment }) => segment?.evidence.e_value),
  number('e_threshold', ({ segment }) => segment?.evidence.threshold),
  { name: 'discovery', type: BOOLEAN, read: ({ segment }) => segment?.evidence.discovery },
  count('n', ({ block }) => block.n),
  ...interval('agreement', ({ agreement }) => agreement),
  number('kappa', ({ block }) => block.agreement?.kappa),
  number('primary_confidence_mean', ({ block }) => block.confidence?.primary_mean),
  number('shadow_confidence_mean', ({ block }) => block.confidence?.shadow_mean),
  ...interval('confidence_difference', ({ confidence }) => confidence?.difference),
  ...(['psi', 'js_distance', 'ks', 'wasserstein'] as const).map((name) =>
    number(`confidence_${name}`, ({ block }) => block.confidence?.[name]),
  ),
  text('similarity_measure', ({ block }) => block.similarity?.measure),
  count('similarity_n', ({ block }) => block.similarity?.n),
  ...interval('similarity', ({ similarity }) => similarity && { ...similarity, estimate: similarity.mean }),
  count('accuracy_n', ({ block }) => block.accuracy?.n),
  count('labelled', ({ block }) => block.accuracy?.labelled),
  number('primary_accuracy', ({ block }) => block.accuracy?.primary),
  number('shadow_accuracy', ({ block }) => block.accuracy?.shadow),
  ...interval('accuracy_difference', ({ accuracy }) => accuracy?.difference),
  number('accuracy_bound_lower', ({ block }) => block.accuracy?.bounds.lower),
  number('accuracy_bound_upper', ({ block }) => block.accuracy?.bounds.upper),
  count('gains', ({ block }) => block.accuracy?.gains ?? block.error?.gains),
  count('losses', ({ block }) => block.accuracy?.losses ?? block.error?.losses),
  count('unlabelled_disagreements', ({ block }) => block.accuracy?.unlabelled),
  number('mcnemar_p', ({ block }) => block.accuracy?.mcnemar_p),
  number('anytime_p', ({ block }) => block.accuracy?.anytime_p),
  ...(['primary', 'shadow'] as const).flatMap((side) => [
    number(`${side}_ece`, ({ block }) => block.calibration?.[side].ece),
    number(`${side}_brier`, ({ block }) => block.calibration?.[side].brier),
  ]),
  count('error_n', ({ block }) => block.error?.n),
  ...(['mae_primary', 'mae_shadow', 'rmse_primary', 'rmse_shadow'] as const).map((name) => {
    const [measure, side] = name.split('_');
    return number(`${side}_${measure}`, ({ block }) => block.error?.[name]);
  }),
  ...interval('error_difference', ({ error }) => error?.difference),
  ...rate('primary_error_rate', ({ errors }) => errors?.primary),
  ...rate('shadow_error_rate', ({ errors }) => errors?.shadow),
  ...latency('primary'),
  ...latency('shadow'),
  ...latency('control'),
  ...interval('latency_ratio', ({ latency_ms }) => latency_ms?.ratio),
  text('latency_ratio_against', ({ block }) => block.latency_ms?.ratio?.against),
  ...cost('primary'),
  ...cost('shadow'),
  ...cost('control'),
];
