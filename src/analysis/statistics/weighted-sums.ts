/** What is counted: each row with its weight 1/π, and with the square of it. */
export const indicators = [
  'rows',
  'outcomes',
  'agreed',
  'p_failed',
  's_failed',
  's_late',
  'mature',
  'disagreements',
  'labelled',
  'labelled_disagreements',
  'gains',
  'losses',
  'p_right',
  's_right',
  'confident',
  'measured',
  'far',
] as const;
export type Indicator = (typeof indicators)[number];

/** What is summed; `confidence` and `error` are the differences, shadow minus primary. */
export const values = [
  ...(['p_confidence', 's_confidence', 'confidence'] as const),
  ...(['p_error', 's_error', 'error', 'dissimilarity'] as const),
] as const;
export type Value = (typeof values)[number];

export const noCounts: Readonly<Record<Indicator, number>> = {
  ...{ rows: 0, outcomes: 0, agreed: 0, p_failed: 0, s_failed: 0, s_late: 0, mature: 0, disagreements: 0 },
  ...{ labelled: 0, labelled_disagreements: 0, gains: 0, losses: 0, p_right: 0, s_right: 0 },
  ...{ confident: 0, measured: 0, far: 0 },
};
export const noValues: Readonly<Record<Value, number>> = {
  ...{ p_confidence: 0, s_confidence: 0, confidence: 0, p_error: 0, s_error: 0, error: 0 },
  dissimilarity: 0,
};

/** Sums over one set of compared rows that were sampled with different probabilities π. */
export interface WeightedSums {
  /** Mature pairs, labelled ones, and those whose similarity is known, unweighted. */
  readonly pairs: number;
  readonly labelled: number;
  readonly measured: number;
  readonly leastPi: number;
  readonly mostPi: number;
  /** Σ w and Σ w² with w = 1/π. */
  readonly weight: Readonly<Record<Indicator, number>>;
  readonly squared: Readonly<Record<Indicator, number>>;
  /** Σ w x and Σ w x² of a value, and the same with w². */
  readonly sum: Readonly<Record<Value, number>>;
  readonly sumSquares: Readonly<Record<Value, number>>;
  readonly squaredSum: Readonly<Record<Value, number>>;
  readonly squaredSumSquares: Readonly<Record<Value, number>>;
}

export function addWeighted(a: WeightedSums, b: WeightedSums): WeightedSums {
  const counts = (pick: (sums: WeightedSums) => Readonly<Record<Indicator, number>>) =>
    recordOf(noCounts, (name) => pick(a)[name] + pick(b)[name]);
  const sums = (pick: (sums: WeightedSums) => Readonly<Record<Value, number>>) =>
    recordOf(noValues, (name) => pick(a)[name] + pick(b)[name]);
  return {
    pairs: a.pairs + b.pairs,
    labelled: a.labelled + b.labelled,
    measured: a.measured + b.measured,
    leastPi: Math.min(a.leastPi, b.leastPi),
    mostPi: Math.max(a.mostPi, b.mostPi),
    weight: counts(({ weight }) => weight),
    squared: counts(({ squared }) => squared),
    sum: sums(({ sum }) => sum),
    sumSquares: sums(({ sumSquares }) => sumSquares),
    squaredSum: sums(({ squaredSum }) => squaredSum),
    squaredSumSquares: sums(({ squaredSumSquares }) => squaredSumSquares),
  };
}

/** The sums with every weight times `factor`. */
export function scaleWeighted(of: WeightedSums, factor: number): WeightedSums {
  const once = <Name extends string>(record: Readonly<Record<Name, number>>) =>
    recordOf(record, (name) => record[name] * factor);
  const twice = <Name extends string>(record: Readonly<Record<Name, number>>) =>
    recordOf(record, (name) => record[name] * factor * factor);
  return {
    ...of,
    weight: once(of.weight),
    squared: twice(of.squared),
    sum: once(of.sum),
    sumSquares: once(of.sumSquares),
    squaredSum: twice(of.squaredSum),
    squaredSumSquares: twice(of.squaredSumSquares),
  };
}

/** A record with the names of `pattern`. */
export function recordOf<Name extends string>(
  pattern: Readonly<Record<Name, number>>,
  numberOf: (name: Name) => number,
): Record<Name, number> {
  const result: Record<Name, number> = { ...pattern };
  for (const name in result) result[name] = numberOf(name);
  return result;
}
