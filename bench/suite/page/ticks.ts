/** Round values within both ends: 1, 2 and 5 of each power of ten, or powers alone where these would be too many. */
export function logTicks(lower: number, upper: number): number[] {
  const first = Math.floor(Math.log10(lower));
  const powers = Array.from({ length: Math.ceil(Math.log10(upper)) - first + 1 }, (_, i) => first + i);
  const within = (steps: readonly number[]): number[] =>
    powers
      .flatMap((power) => steps.map((step) => Number(`${step}e${power}`)))
      .filter((tick) => tick >= lower * 0.999 && tick <= upper * 1.001);
  const fine = within([1, 2, 5]);
  if (fine.length < 2) return within([1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9]);
  return fine.length > 8 ? within([1]) : fine;
}

/** About five from zero on, at 1, 2 or 5 times a power of ten. */
export function evenTicks(upper: number): number[] {
  const power = 10 ** Math.floor(Math.log10(upper / 5));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => upper / one <= 5.5)!;
  return Array.from({ length: Math.floor(upper / step) + 1 }, (_, i) => i * step);
}

/** 1500000 as 1.5M: the axis has little room. */
export function shortNumber(value: number): string {
  for (const [unit, size] of [
    ['M', 1e6],
    ['k', 1e3],
  ] as const) {
    if (Math.abs(value) >= size) return `${Number((value / size).toPrecision(3))}${unit}`;
  }
  return String(Number(value.toPrecision(3)));
}
