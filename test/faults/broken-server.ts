import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Report } from '../../src/analysis/report/report.ts';
import { mlp } from '../support/onnx-models.ts';
import { parsePrometheus, total } from '../support/prometheus.ts';
import type { ServerProcess } from '../support/server-process.ts';

/** Versions 7 and 8 of `fraud`, every request mirrored. */
export const shadowedFraud: Readonly<Record<string, Uint8Array | string>> = {
  'fraud/7/model.onnx': mlp({ seed: 1 }),
  'fraud/8/model.onnx': mlp({ seed: 2 }),
  'fraud/deployment.yaml': 'shadows: [{version: 8, sample: 100%}]\ninterference_budget: off\n',
};

/** Puts models where a server over the directory finds them. */
export function writeModels(directory: string, models: Readonly<Record<string, Uint8Array | string>>): void {
  for (const [path, content] of Object.entries(models)) {
    const file = join(directory, 'models', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

/** A server that can be asked; each throws where the answer is not 200. */
export interface Asked {
  readonly url: string;
}

export async function reportOf({ url }: Asked, query = ''): Promise<Report> {
  const response = await fetch(`${url}/v2/models/fraud/report${query}`);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`no report: ${response.status} ${text}`);
  return JSON.parse(text);
}

export async function metric(
  { url }: Asked,
  name: string,
  labels: Record<string, string> = {},
): Promise<number> {
  return total(parsePrometheus(await (await fetch(`${url}/metrics`)).text()), name, labels);
}

export interface LabelsAnswer {
  readonly status: number;
  readonly text: string;
}

export async function postLabels({ url }: Asked, ids: readonly string[]): Promise<LabelsAnswer> {
  const labels = ids.map((id) => ({ id, label: 1 }));
  const response = await fetch(`${url}/v2/models/fraud/labels`, {
    method: 'POST',
    body: JSON.stringify({ labels }),
  });
  return { status: response.status, text: await response.text() };
}

/** The most memory that the server has had so far; needs Linux. */
export const peakMebibytes = ({ child }: ServerProcess): number =>
  Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024;

/** Until the condition holds; what it waited for is in the error when it never does. */
export async function eventually(what: string, condition: () => Promise<boolean> | boolean): Promise<void> {
  const endMs = performance.now() + 120_000;
  while (!(await condition())) {
    if (performance.now() > endMs) throw new Error(`it never came to this: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Where Debian's package libfaketime puts it; null where it is not installed. */
export const faketimeLibrary: string | null =
  [`/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/faketime/libfaketime.so.1`].find(
    existsSync,
  ) ?? null;
