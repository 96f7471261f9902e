/** One line of Prometheus text. */
export interface MetricLine {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

/** The lines whose names begin so. */
export function metricLines(text: string, prefix = ''): readonly MetricLine[] {
  return text.split('\n').flatMap((line) => {
    if (!line.startsWith(prefix)) return [];
    const match = /^(\w+)(?:\{(.*)\})? (\S+)/.exec(line);
    if (match === null) return [];
    const labels = Array.from(
      (match[2] ?? '').matchAll(/(\w+)="([^"]*)"/g),
      ([, key, value]) => [key!, value!] as const,
    );
    return [{ name: match[1]!, labels: new Map(labels), value: Number(match[3]) }];
  });
}

/** Sum of a metric over the lines that have these labels. */
export function sumOf(
  lines: readonly MetricLine[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  const wanted = Object.entries(labels);
  return lines.reduce(
    (sum, line) =>
      line.name === name && wanted.every(([key, value]) => line.labels.get(key) === value)
        ? sum + line.value
        : sum,
    0,
  );
}
