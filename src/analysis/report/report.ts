import type { Task } from '../../inference/outputs/prediction.ts';
import type { RefusedSegment } from '../../refused-segment.ts';
import type { Calibration } from '../statistics/calibration.ts';
import type { Interval } from '../statistics/interval.ts';
import type { SamplingReport } from './sampling.ts';

/** The report as HTTP and `--json` give it. A block with nothing to say is null, never absent. Intervals are anytime-valid. */
export interface Report {
  readonly model: string;
  readonly primary: string;
  readonly shadow: string;
  readonly task: Task;
  readonly generated_at: string;
  /** Event time of the first and last compared row where the request set no limit; ISO 8601. */
  readonly window: { readonly from: string | null; readonly to: string | null };
  readonly traffic: TrafficReport;
  readonly overall: Block;
  /** Worst first. */
  readonly segments: readonly SegmentReport[];
  /** Segments that were judged but not listed: the least worrying ones. */
  readonly segments_omitted: number;
  /** Segments that are not judged since they have too many values. */
  readonly refused_segments: readonly RefusedSegment[];
  /** Compared rows left out of the blocks because their entity was counted already: one entity counts once. */
  readonly rows_of_repeated_entities: number;
  /** Worst first; null where nothing was searched. */
  readonly slices: readonly SliceReport[] | null;
  readonly slice_search: SliceSearchReport | null;
  /** Who turned into what, most frequent first; of a classification only. */
  readonly flips: readonly { readonly primary: string; readonly shadow: string; readonly n: number }[] | null;
  readonly readiness: Readiness;
  readonly verdict: Verdict;
  /** How the shadow is sampled now; null where it does not run. */
  readonly sampling: SamplingReport | null;
  readonly interference: InterferenceReport | null;
  /** What runs now. */
  readonly lanes: readonly LaneReport[];
}

/** Requests are requests; everything else counts rows. */
export interface TrafficReport {
  readonly requests: number;
  readonly rows: number;
  readonly sampled: number;
  readonly compared: number;
  readonly dropped: {
    readonly queue_full: number;
    readonly deadline: number;
    readonly stalled: number;
    readonly breaker: number;
    readonly budget: number;
  };
  /** `primary` over all traffic, `shadow` over the compared rows. */
  readonly errors: { readonly primary: number; readonly shadow: number };
}

export interface Segment {
  readonly column: string;
  readonly value: string;
}

/** `safe`: no worse than the margin; `better` and `regressed` beyond doubt; else `undecided`. */
export type Status = 'regressed' | 'safe' | 'better' | 'undecided';

export interface SegmentReport {
  readonly segment: Segment;
  /** Share of all rows of traffic, sampled or not. */
  readonly traffic_share: number | null;
  readonly block: Block;
  readonly status: Status;
  readonly evidence: Evidence;
}

export interface Evidence {
  readonly e_value: number;
  /** K/α: the alarm sounds at or above it, with K the number of declared segments. */
  readonly threshold: number;
  /** On the e-BH list: worth a look, though it may be short of the alarm. */
  readonly discovery: boolean;
}

/** A conjunction of segments that was found by search. All but `found` is of the rows that came after it was found. */
export interface SliceReport {
  readonly conditions: readonly Segment[];
  /** Share of all rows of traffic, sampled or not. */
  readonly traffic_share: number | null;
  /** Mature rows in which both versions gave an outcome. */
  readonly n: number;
  readonly gains: number;
  readonly losses: number;
  /** Rate of losses (of a regression, mean growth of the absolute error) against that of all rows. */
  readonly lift: number | null;
  /** As in `accuracy` or `error`; null before 30 gains and losses. */
  readonly difference: Interval | null;
  readonly status: Status;
  /** `threshold` is that of the e-BH list: K/(αk), with K the places there are for slices and k the length of the list. */
  readonly evidence: Evidence;
  /** What the search saw: the rows before the checkpoint `at`, of which `pairs` were known, and `n` of them in the slice. */
  readonly found: {
    readonly at: string;
    readonly pairs: number;
    readonly n: number;
    readonly lift: number;
    readonly score: number;
  };
}

/** What slices were looked for in. */
export interface SliceSearchReport {
  readonly columns: readonly string[];
  /** Searches made: at so many known pairs, over the rows before that event time. */
  readonly checkpoints: readonly { readonly pairs: number; readonly at: string }[];
  /** Slices that were judged but not listed: the least worrying ones. */
  readonly omitted: number;
  /** What was not searched, a sentence each. */
  readonly left_out: readonly string[];
}

/** What is known of one set of compared rows. */
export interface Block {
  readonly n: number;
  /** `kappa` (Cohen) is given overall only. */
  readonly agreement: (Interval & { readonly kappa: number | null }) | null;
  readonly confidence: ConfidenceReport | null;
  /** Of an embedding or a ranking. */
  readonly similarity: SimilarityReport | null;
  readonly accuracy: AccuracyReport | null;
  readonly calibration: { readonly primary: Calibration; readonly shadow: Calibration } | null;
  readonly error: ErrorReport | null;
  readonly errors: { readonly primary: Rate; readonly shadow: Rate } | null;
  readonly latency_ms: LatencyReport | null;
  readonly resources: ResourcesReport | null;
}

export interface Rate {
  readonly rate: number;
  readonly lower: number;
  readonly upper: number;
}

export interface ConfidenceReport {
  readonly primary_mean: number;
  readonly shadow_mean: number;
  readonly difference: Interval | null;
  readonly psi: number;
  readonly js_distance: number;
  readonly ks: number;
  readonly wasserstein: number;
  readonly histogram: {
    readonly edges: readonly number[];
    readonly primary: readonly number[];
    readonly shadow: readonly number[];
  };
}

/** How much the outcomes of pairs have in common, on average. */
export interface SimilarityReport {
  readonly measure: 'cosine' | 'overlap';
  /** Of a ranking: so many of the first items count; null where it is not known. */
  readonly k: number | null;
  /** Pairs that were measured. */
  readonly n: number;
  readonly mean: number;
  readonly lower: number;
  readonly upper: number;
  /** Mean lengths of the vectors of an embedding, of which the cosine knows nothing. */
  readonly lengths: { readonly primary: number; readonly shadow: number } | null;
}

/** Of a ranking, right is a version that has the label among its first k items. */
export interface AccuracyReport {
  /** Pairs older than the label maturity in which both models gave an outcome. */
  readonly n: number;
  /** Of these, how many have a label. */
  readonly labelled: number;
  /** Share of the labelled rows that the version got right. */
  readonly primary: number;
  readonly shadow: number;
  /** Shadow minus primary; null before 30 discordant pairs. */
  readonly difference: Interval | null;
  readonly gains: number;
  readonly losses: number;
  /** Disagreements without a label. */
  readonly unlabelled: number;
  /** Where the difference lies in this sample whatever the missing labels say. */
  readonly bounds: { readonly lower: number; readonly upper: number };
  /** Exact McNemar, a footnote for those who know it: valid for one look only, decides nothing. */
  readonly mcnemar_p: number;
  /** Its counterpart that may be looked at all day. */
  readonly anytime_p: number;
}

export interface ErrorReport {
  /** Labelled pairs older than the label maturity. */
  readonly n: number;
  readonly mae_primary: number;
  readonly mae_shadow: number;
  readonly rmse_primary: number;
  readonly rmse_shadow: number;
  /** Mean of |shadow − y| − |primary − y|: above zero the shadow is worse; null before 30 rows on which they differ. */
  readonly difference: Interval | null;
  /** Rows on which the shadow is nearer to the truth, and farther from it. */
  readonly gains: number;
  readonly losses: number;
}

/** Milliseconds, of the first row of each request; total is queue and compute together. */
export interface LatencyQuantiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly compute_p50: number;
  readonly compute_p90: number;
  readonly compute_p99: number;
  readonly queue_p50: number;
}

export interface LatencyReport {
  readonly primary: LatencyQuantiles | null;
  readonly shadow: LatencyQuantiles | null;
  readonly control: LatencyQuantiles | null;
  /** Geometric mean of shadow / baseline; the control is the fair baseline, since it too runs under shadow conditions. */
  readonly ratio: (Interval & { readonly against: 'control' | 'primary' }) | null;
}

/** What a version in one role cost since it was loaded. */
export interface VersionCost {
  readonly cpu_seconds: number | null;
  readonly cpu_ms_per_row: number | null;
  /** A row costs less the more of them share a run. */
  readonly rows_per_run: number | null;
  readonly memory_bytes: number | null;
  /** What `memory_bytes` is made of. */
  readonly memory: MemoryReport | null;
  /** Its share of the GPU's, averaged; in [0, 1]. */
  readonly gpu_utilization: number | null;
  readonly gpu_memory_bytes: number | null;
  /** Its share of the GPU's, averaged. */
  readonly gpu_power_watts: number | null;
  /** Of a thousand rows, at the price of the deployment. */
  readonly cost_per_1000: { readonly amount: number; readonly currency: string } | null;
}

/** In process mode `resident_bytes` is all of it, exactly; in thread mode the others add up. */
export interface MemoryReport {
  readonly load_bytes: number;
  readonly heap_bytes: number;
  readonly arena_bytes: number | null;
  readonly resident_bytes: number | null;
}

export interface ResourcesReport {
  readonly primary: VersionCost | null;
  readonly shadow: VersionCost | null;
  readonly control: VersionCost | null;
  /** The server's process with the lanes in its threads, without those in processes of their own. */
  readonly process: {
    readonly cpu_percent: number;
    readonly cpu_seconds: number;
    readonly memory_bytes: number;
  } | null;
  /** Parts of the server that serve all models. */
  readonly server_components: readonly { readonly component: string; readonly cpu_seconds: number }[] | null;
}

/** By how much shadows slow the primary down: 0.05 is 5%. The interval is null until there are 30 pairs, and in other states. */
export interface InterferenceReport {
  /** `blind`: the shadows do not come to rest when they are paused; `failed`: the governor has given up. */
  readonly state: 'off' | 'measuring' | 'waiting_for_traffic' | 'blind' | 'failed';
  /** Of the ratio of geometric means. */
  readonly estimate: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  /** Null while it is off. */
  readonly budget: number | null;
  /** Pairs of windows, with the shadows and without, that the interval is made of. */
  readonly pairs: number;
  /** Share of what should be sampled that is sampled, after what the governor took away; in [0, 1]. */
  readonly effective_sample: number;
  /** Without an interval, and nothing is decided by it; null before there are 1,000 requests on either side. */
  readonly p99_ms: { readonly with_shadows: number; readonly without_shadows: number } | null;
  /** Pairs of which nothing came: shadows that did not come to rest in time, too few requests. */
  readonly discarded: { readonly busy: number; readonly few: number };
}

/** How something that runs for the model is doing. */
export interface LaneReport {
  readonly version: string;
  readonly role: 'primary' | 'shadow' | 'control';
  /** `running`, or what keeps it from its traffic. */
  readonly state: string;
  readonly since: string | null;
  readonly reason: string | null;
  readonly execution_provider: string;
  /** How `auto` came to it, a sentence each. */
  readonly provider_remarks: readonly string[];
  /** Workers that were replaced. */
  readonly restarts: number;
  /** What it was loaded from: the ONNX file first, then what it keeps elsewhere. */
  readonly files: readonly { readonly file: string; readonly sha256: string }[];
}

export interface Gate {
  readonly ready: boolean;
  /** In [0, 1]. */
  readonly progress: number;
  /** When it will be ready if things go on as they did, ISO 8601; null where it is ready or cannot be known. */
  readonly eta: string | null;
}

export interface Readiness {
  readonly ready: boolean;
  readonly margin: number;
  readonly alpha: number;
  /** `segment` is null where no segment is declared: then it is all rows. */
  readonly samples: Gate & {
    readonly target: number;
    readonly smallest: { readonly segment: Segment | null; readonly n: number };
  };
  /** Pairs needed to see a loss as large as the margin, watched continuously. */
  readonly power: Gate & {
    readonly power: number;
    readonly disagreement: number | null;
    readonly needed: number | null;
    /** Footnote: with one look at a sample size fixed beforehand (Connor 1987); null for regression. */
    readonly single_look_needed: number | null;
    readonly have: number;
  };
  readonly coverage: Gate & {
    readonly days: number;
    readonly cycle_days: number;
    readonly hours_of_week: number;
  };
  /** Compared rows older than the label maturity, and how many of them have a label. */
  readonly labels: Gate & {
    readonly matured: number;
    readonly labelled: number;
    readonly fraction: number | null;
  };
  readonly eta: string | null;
}

export interface Verdict {
  readonly decision: 'promote' | 'keep_shadowing' | 'reject';
  /** Sentences, the weightiest first. */
  readonly reasons: readonly string[];
}
