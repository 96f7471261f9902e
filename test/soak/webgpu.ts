import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findVulkan } from '../gpu/vulkan.ts';
import { mlp } from '../support/onnx-models.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { featuresOf, inferBody } from '../support/traffic.ts';

/**
 * WebGPU under load before a release: three models, each with a primary, a shadow and a control on the device and
 * a twin on the CPU that every answer is checked against. `npm run soak:webgpu -- 60` for a minute; ten without a number.
 */
const seconds = Number(process.argv[2] ?? 600);
const names = ['narrow', 'middle', 'wide'];
const connections = 12;
const reportSeconds = 30;

const vulkan = findVulkan();
if (vulkan === null || !(seconds > 0)) {
  throw new Error(
    vulkan === null
      ? 'no Vulkan driver; apt-get install chromium libvulkan1 brings one that needs no GPU'
      : `"${process.argv[2]}" is no number of seconds`,
  );
}

const folder = await mkdtemp(join(tmpdir(), 'understudy-soak-'));
const state = { sent: 0, failures: 0, difference: 0, longestMs: 0 };
let status = 1;
try {
  await writeModels();
  const server = await startServerProcess(folder, vulkan.environment);
  process.stdout.write(`WebGPU on ${vulkan.driver}, ${seconds} s, ${connections} connections\n`);
  let died: string | null = null;
  server.child.once('exit', (code, signal) => {
    died = `the server ended with ${signal ?? code}`;
  });
  await Promise.all([...Array.from({ length: connections }, (_, i) => load(server, i)), watch(server)]);
  async function load({ url }: ServerProcess, connection: number): Promise<void> {
    const end = performance.now() + seconds * 1000;
    for (let i = connection; performance.now() < end && died === null; i += connections) await check(url, i);
  }
  async function watch({ url, child }: ServerProcess): Promise<void> {
    for (let elapsed = 0; elapsed < seconds && died === null; elapsed += reportSeconds) {
      await new Promise((resolve) => setTimeout(resolve, Math.min(reportSeconds, seconds - elapsed) * 1000));
      if (died === null) process.stdout.write(`${line(url, child.pid!)}\n`);
    }
  }
  let failed: string | null = died;
  if (failed === null) {
    process.stdout.write(`compared: ${await comparedRows(server.url)}\n`);
    const ended = await server.stop();
    if (ended.status !== 0) failed = `the server stopped with status ${ended.status}: ${ended.stderr}`;
  }
  if (failed === null && state.failures === 0 && state.difference < 1e-5) status = 0;
  process.stdout.write(
    `${failed ?? 'the server stopped with status 0'}; ${status === 0 ? 'passed' : 'FAILED'}\n`,
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exitCode = status;

async function writeModels(): Promise<void> {
  for (const [i, name] of names.entries()) {
    const hidden = 8 << (2 * i);
    const onWebGpu =
      'primary: 7\nshadows: [{version: 8, sample: 100%}]\ncontrol: 100%\ninterference_budget: off\n' +
      'instance_group: {execution_provider: webgpu, count: 2}\n';
    const files = {
      [`${name}/7/model.onnx`]: mlp({ seed: i + 7, hidden }),
      [`${name}/8/model.onnx`]: mlp({ seed: i + 80, hidden }),
      [`${name}/deployment.yaml`]: onWebGpu,
      [`${name}_cpu/7/model.onnx`]: mlp({ seed: i + 7, hidden }),
      [`${name}_cpu/deployment.yaml`]: 'instance_group: {execution_provider: cpu}\n',
    };
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, 'models', path)), { recursive: true });
      await writeFile(join(folder, 'models', path), content);
    }
  }
}

async function check(url: string, index: number): Promise<void> {
  const name = names[index % names.length]!;
  const rows = Array.from({ length: 1 + (index % 5) }, (_, row) => featuresOf(index + row));
  try {
    const started = performance.now();
    const got = await probabilities(url, name, rows);
    state.longestMs = Math.max(state.longestMs, performance.now() - started);
    const expected = await probabilities(url, `${name}_cpu`, rows);
    for (const [i, value] of got.entries()) {
      state.difference = Math.max(state.difference, Math.abs(value - expected[i]!));
    }
    state.sent++;
  } catch (error) {
    state.failures++;
    if (state.failures <= 5) process.stdout.write(`request ${index} to ${name}: ${error}\n`);
  }
}

async function probabilities(
  url: string,
  model: string,
  rows: readonly (readonly number[])[],
): Promise<number[]> {
  const response = await fetch(`${url}/v2/models/${model}/infer`, { method: 'POST', body: inferBody(rows) });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${response.status} ${text}`);
  const answer = JSON.parse(text) as { outputs: { name: string; data: number[] }[] };
  return answer.outputs.find((output) => output.name === 'probabilities')!.data;
}

function line(url: string, pid: number): string {
  const resident = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  const { sent, failures, difference, longestMs } = state;
  return `${url}: ${sent} answers checked, ${failures} failures, largest difference ${difference.toExponential(1)}, slowest ${longestMs.toFixed(0)} ms, ${(resident / 1024).toFixed(0)} MiB`;
}

async function comparedRows(url: string): Promise<string> {
  const counts = await Promise.all(
    names.map(async (name) => {
      const response = await fetch(`${url}/v2/models/${name}/report?shadow=8`);
      const report = (await response.json()) as { traffic?: { compared: number; sampled: number } };
      return `${name} ${report.traffic?.compared} of ${report.traffic?.sampled}`;
    }),
  );
  return counts.join(', ');
}
