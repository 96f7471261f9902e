/** 1, 2 and 5 of each power of ten within the domain; powers alone where these would be more than `most`. */
export function logTicks([lower, upper]: readonly [number, number], most: number): number[] {
  const within = (steps: readonly number[]) =>
    Array.from({ length: 16 }, (_, index) => index - 6).flatMap((power) =>
      steps.map((step) => Number(`${step}e${power}`)).filter((tick) => tick >= lower && tick <= upper),
    );
  return [[1, 2, 5], [1, 3], [1]].map(within).find((ticks) => ticks.length <= most) ?? within([1]);
}
