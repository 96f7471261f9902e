import type { Task } from '../inference/prediction.ts';

/** What was measured of one version outside the log; null where it was not. */
export interface VersionResources {
  readonly memoryBytes: number | null;
  /** CPU of all its threads, ONNX Runtime's included; the logged CPU of the worker's own thread stands in for it. */
  readonly cpuMsPerRow?: number | null;
  readonly gpuMemoryBytes?: number | null;
}

/** What counts as enough evidence. */
export interface ReadinessTargets {
  readonly samplesPerSegment: number;
  readonly cycleDays: number;
  /** Age after which a row's label is taken to have arrived if it ever will. */
  readonly labelMaturityMs: number;
  /** The loss of accuracy that may be; of a regression, the share by which the mean absolute error may grow. */
  readonly margin: number;
  readonly alpha: number;
}

/** Everything a report depends on besides the log; survives structured cloning. */
export interface ReportRequest {
  readonly model: string;
  readonly primaryVersion: string;
  readonly shadowVersion: string;
  readonly task: Task;
  /** Segments the log has columns for, without `seg_`. */
  readonly segmentColumns: readonly string[];
  /** Segments the deployment declares: each value of each gets a status and may stop a promotion. */
  readonly declaredColumns: readonly string[];
  readonly readiness: ReadinessTargets;
  /** Event time, milliseconds since the epoch: from (included) to (excluded); null for no limit. */
  readonly window: { readonly fromMs: number | null; readonly toMs: number | null };
  readonly nowMs: number;
  readonly resources: {
    readonly primary: VersionResources | null;
    readonly shadow: VersionResources | null;
    readonly control: VersionResources | null;
    readonly process: { readonly cpuPercent: number; readonly memoryBytes: number } | null;
  };
  /** More segments than this are judged but not listed. */
  readonly maxSegments: number;
}
