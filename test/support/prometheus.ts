import type { TestServer } from './test-server.ts';

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Reads the text format of Prometheus by its specification; throws on a line that is not of it. */
export function parsePrometheus(text: string): Sample[] {
  const samples: Sample[] = [];
  for (const line of text.split('\n')) {
    if (line === '' || /^# (HELP|TYPE) [a-zA-Z_:][\w:]* /.test(line)) continue;
    const match = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (!match) throw new Error(`not a line of the text format: ${line}`);
    const value = match[3] === '+Inf' ? Number.POSITIVE_INFINITY : Number(match[3]);
    if (Number.isNaN(value) && match[3] !== 'Nan') throw new Error(`not a number: ${line}`);
    samples.push({ name: match[1]!, labels: parseLabels(match[2] ?? ''), value });
  }
  return samples;
}

function parseLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  let rest = text;
  while (rest !== '') {
    const match = /^([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"(?:,|$)/.exec(rest);
    if (!match) throw new Error(`not a list of labels: ${text}`);
    labels[match[1]!] = match[2]!;
    rest = rest.slice(match[0].length);
  }
  return labels;
}

/** The metrics of a running server. */
export async function readMetrics(server: TestServer): Promise<Sample[]> {
  return parsePrometheus((await server.get('/metrics')).bytes.toString());
}

/** The sum over all samples of that name which have these labels. */
export function total(
  samples: readonly Sample[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  return samples
    .filter((sample) => sample.name === name)
    .filter((sample) => Object.entries(labels).every(([key, value]) => sample.labels[key] === value))
    .reduce((sum, sample) => sum + sample.value, 0);
}
