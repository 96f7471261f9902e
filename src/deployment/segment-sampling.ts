import { queryCrowdedColumns } from '../analysis/rows/crowded-columns.ts';
import { querySegmentProgress } from '../analysis/rows/query-segment-progress.ts';
import { segmentColumnsOf } from '../analysis/rows/report-scope.ts';
import type { DeploymentConfig } from '../config/deployment.ts';
import type { SampleConfig } from '../config/sample.ts';
import type { Query } from '../log/comparison-log.ts';
import type { TrafficCount } from '../log/traffic-count.ts';
import type { RefusedSegment } from '../refused-segment.ts';
import { type SamplingRates, uniformRates } from '../shadow/sampling-rates.ts';
import { SegmentCensus } from '../shadow/segment-census.ts';
import { SegmentRates } from '../shadow/segment-rates.ts';

export interface SegmentSamplingOptions {
  readonly model: string;
  readonly primaryVersion: string;
  readonly config: Pick<DeploymentConfig, 'segments' | 'readiness'>;
  readonly query: Query;
  /** Monotonic, milliseconds. */
  readonly now: () => number;
  /** Milliseconds since the epoch. */
  readonly wallClock: () => number;
  readonly onRefused: (refused: RefusedSegment) => void;
  readonly onFailure: (error: unknown) => void;
}

/** The log is asked again, since it knows what was dropped, and counts an entity once. */
const readEveryMs = 10 * 60_000;

interface Planned {
  readonly shadowVersion: string;
  readonly rates: SegmentRates;
}

/** What a model's sampling knows of segments: which are refused, and at which rates the shadows that ask for it sample them. */
export class SegmentSampling implements Disposable {
  readonly #options: SegmentSamplingOptions;
  readonly #declared: ReadonlySet<string>;
  readonly #census: SegmentCensus;
  #planned: Planned[] = [];
  #readMs: number;
  /** One reading after the other. */
  #reading: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: SegmentSamplingOptions) {
    this.#options = options;
    const declared = Object.keys(options.config.segments);
    this.#declared = new Set(declared);
    this.#census = new SegmentCensus(declared, options.onRefused);
    this.#readMs = options.now();
    this.#read(() => this.#findCrowded());
  }

  get refused(): readonly RefusedSegment[] {
    return this.#census.refused;
  }

  /** Null where a shadow is sampled alike in all segments. */
  ratesOf(shadowVersion: string): SegmentRates | null {
    return this.#planned.find((planned) => planned.shadowVersion === shadowVersion)?.rates ?? null;
  }

  /** How the shadow is to be sampled from now on. */
  start(shadowVersion: string, sample: SampleConfig): SamplingRates {
    this.stop(shadowVersion);
    if (typeof sample === 'number') return uniformRates(sample);
    const { config, now } = this.#options;
    const rates = new SegmentRates({
      sample,
      target: config.readiness.samples_per_segment,
      cycleMs: config.readiness.cycle,
      isJudged: (column) => this.#isJudged(column),
      now,
    });
    const planned = { shadowVersion, rates };
    this.#planned.push(planned);
    this.#read(() => this.#learn([planned]));
    return rates;
  }

  stop(shadowVersion: string): void {
    this.#planned = this.#planned.filter((planned) => planned.shadowVersion !== shadowVersion);
  }

  /** The counts as they are to be kept; the shadow's rates take note of them. */
  count(counts: readonly TrafficCount[], shadowVersion: string): TrafficCount[] {
    const bounded = this.#census.bound(counts);
    this.ratesOf(shadowVersion)?.count(bounded);
    return bounded;
  }

  /** To be called about once a second, when traffic was counted. */
  plan(): void {
    for (const { rates } of this.#planned) rates.plan();
    if (this.#options.now() - this.#readMs < readEveryMs) return;
    this.#readMs = this.#options.now();
    this.#read(() => this.#learn(this.#planned));
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
  }

  #isJudged(column: string): boolean {
    return (this.#declared.size === 0 || this.#declared.has(column)) && !this.#census.isRefused(column);
  }

  #read(work: () => Promise<void>): void {
    this.#reading = this.#reading.then(work).catch((error: unknown) => {
      // A log that closes answers nobody; else sampling goes on with what was counted since.
      if (!this.#isClosed) this.#options.onFailure(error);
    });
  }

  async #findCrowded(): Promise<void> {
    const { query, model } = this.#options;
    const columns = await segmentColumnsOf(query, 'traffic');
    for (const column of await queryCrowdedColumns(query, model, [...columns])) this.#census.refuse(column);
  }

  async #learn(planned: readonly Planned[]): Promise<void> {
    const { query, model, primaryVersion, wallClock } = this.#options;
    const present = await segmentColumnsOf(query, 'comparisons');
    const columns = [...present].filter((column) => this.#isJudged(column));
    for (const { shadowVersion, rates } of planned) {
      const versions = { model, primaryVersion, shadowVersion };
      rates.learn(await querySegmentProgress(query, versions, columns), wallClock());
    }
  }
}
