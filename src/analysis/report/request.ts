import type { Task } from '../../inference/outputs/prediction.ts';
import type { RefusedSegment } from '../../refused-segment.ts';
import type { InterferenceReport, LaneReport, MemoryReport } from './report.ts';
import type { SamplingReport } from './sampling.ts';

/** What was measured of one version in one role outside the log, since it was loaded; null where it was not. */
export interface VersionResources {
  /** Of all its threads, ONNX Runtime's among them, and of its processes. */
  readonly cpuSeconds: number;
  /** Null before the first row. The logged CPU of the worker's own thread stands in for it. */
  readonly cpuMsPerRow: number | null;
  /** Null before the first run. */
  readonly rowsPerRun: number | null;
  readonly memoryBytes: number;
  /** What it is made of. */
  readonly memory: MemoryReport;
  readonly gpuUtilization: number | null;
  readonly gpuMemoryBytes: number | null;
  readonly gpuPowerWatts: number | null;
  readonly costPer1000: { readonly amount: number; readonly currency: string } | null;
}

export interface MeasuredResources {
  readonly primary: VersionResources | null;
  readonly shadow: VersionResources | null;
  readonly control: VersionResources | null;
  readonly process: {
    readonly cpuPercent: number;
    readonly cpuSeconds: number;
    readonly memoryBytes: number;
  } | null;
  readonly components: readonly { readonly component: string; readonly cpuSeconds: number }[];
}

/** What counts as enough evidence. */
export interface ReadinessTargets {
  readonly samplesPerSegment: number;
  readonly cycleDays: number;
  /** Age after which a row's label is taken to have arrived if it ever will. */
  readonly labelMaturityMs: number;
  /**
   * The loss of accuracy that may be; of a regression, the share by which the mean absolute error may grow; of an
   * embedding, by how much the mean cosine similarity may be below 1.
   */
  readonly margin: number;
  readonly alpha: number;
}

/** Everything a report depends on besides the log; survives structured cloning. */
export interface ReportRequest {
  readonly model: string;
  readonly primaryVersion: string;
  readonly shadowVersion: string;
  readonly task: Task;
  /** How many of the first items of a ranking count; left out for other tasks, and where nobody knows. */
  readonly k?: number;
  /** Segments the log has columns for, without `seg_`. */
  readonly segmentColumns: readonly string[];
  /** Segments the deployment declares: each value of each gets a status and may stop a promotion. */
  readonly declaredColumns: readonly string[];
  /** False where it declares none, and all that the traffic names are taken for it. */
  readonly declaresSegments: boolean;
  /** Segments that the server refuses now; the log may know of more. */
  readonly refusedSegments: readonly RefusedSegment[];
  readonly readiness: ReadinessTargets;
  /** Event time, milliseconds since the epoch: from (included) to (excluded); null for no limit. */
  readonly window: { readonly fromMs: number | null; readonly toMs: number | null };
  readonly nowMs: number;
  readonly resources: MeasuredResources;
  /** How much shadows slow the primary down; null where nothing is compared with it. */
  readonly interference: InterferenceReport | null;
  /** How the shadow is sampled now; null where it does not run. */
  readonly sampling: SamplingReport | null;
  /** Everything that runs for this model. */
  readonly lanes: readonly LaneReport[];
  /** More segments than this are judged but not listed. */
  readonly maxSegments: number;
}
