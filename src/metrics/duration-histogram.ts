import type { Metric, Registry } from 'prom-client';

/** The durations of one set of label values. */
export interface DurationSeries {
  observe(seconds: number): void;
}

/**
 * A histogram that stands in a registry like those of prom-client. Those look their labels up and hash them with every
 * observation, which would cost each request a microsecond and a half of the main thread; here it is done once a series.
 */
export class DurationHistogram<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly type = 'histogram';
  readonly aggregator = 'sum';
  readonly labelNames: readonly Label[];
  /** Upper bounds, ascending, seconds. */
  readonly #bounds: readonly number[];
  readonly #series = new Map<string, Series>();

  constructor(options: {
    readonly name: string;
    readonly help: string;
    readonly labelNames: readonly Label[];
    readonly buckets: readonly number[];
    readonly registers: readonly Registry[];
  }) {
    this.name = options.name;
    this.help = options.help;
    this.labelNames = options.labelNames;
    this.#bounds = options.buckets;
    for (const registry of options.registers) registry.registerMetric(this as unknown as Metric<Label>);
  }

  /** @param values of the labels, in their order */
  labels(...values: readonly string[]): DurationSeries {
    const key = JSON.stringify(values);
    const known = this.#series.get(key);
    if (known) return known;
    const series = new Series(values, this.#bounds);
    this.#series.set(key, series);
    return series;
  }

  /** What a registry asks of its metrics. */
  async get(): Promise<object> {
    const { name, help, type, aggregator } = this;
    const values = [...this.#series.values()].flatMap((series) => this.#valuesOf(series));
    return { name, help, type, aggregator, values };
  }

  #valuesOf({ labelValues, counts, sum }: Series): object[] {
    const labels = Object.fromEntries(this.labelNames.map((label, i) => [label, labelValues[i]]));
    let below = 0;
    const buckets = [...this.#bounds, '+Inf'].map((le, i) => {
      below += counts[i]!;
      return { metricName: `${this.name}_bucket`, labels: { le, ...labels }, value: below };
    });
    return [
      ...buckets,
      { metricName: `${this.name}_sum`, labels, value: sum },
      { metricName: `${this.name}_count`, labels, value: below },
    ];
  }
}

class Series implements DurationSeries {
  readonly labelValues: readonly string[];
  /** Of each bucket alone; the last is beyond all bounds. */
  readonly counts: Float64Array;
  sum = 0;
  readonly #bounds: readonly number[];

  constructor(labelValues: readonly string[], bounds: readonly number[]) {
    this.labelValues = labelValues;
    this.#bounds = bounds;
    this.counts = new Float64Array(bounds.length + 1);
  }

  observe(seconds: number): void {
    let bucket = 0;
    while (bucket < this.#bounds.length && seconds > this.#bounds[bucket]!) bucket++;
    this.counts[bucket]!++;
    this.sum += seconds;
  }
}
