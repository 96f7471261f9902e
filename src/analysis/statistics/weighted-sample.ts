/** A sample as (value, how often); values need not be sorted. */
export type WeightedSample = readonly (readonly [value: number, count: number])[];

/**
 * Walks the two empirical distribution functions side by side: calls `visit` for each step between consecutive
 * values with the difference F_a − F_b there and the width of the step (0 after the last value).
 */
export function walkDistributions(
  a: WeightedSample,
  b: WeightedSample,
  visit: (difference: number, width: number) => void,
): void {
  const total = (sample: WeightedSample) => sample.reduce((sum, [, count]) => sum + count, 0);
  const totalA = total(a);
  const totalB = total(b);
  const steps = [
    ...a.map(([value, count]) => ({ value, rise: count / totalA })),
    ...b.map(([value, count]) => ({ value, rise: -count / totalB })),
  ].sort((left, right) => left.value - right.value);
  let difference = 0;
  steps.forEach(({ value, rise }, index) => {
    difference += rise;
    const next = steps[index + 1]?.value ?? value;
    if (next > value || index === steps.length - 1) visit(difference, next - value);
  });
}
