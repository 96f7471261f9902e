import { mkdtempSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProviderName } from './plan-providers.ts';

/** Where the nodes of a model ran that was given to a GPU: ONNX Runtime leaves to the CPU what the GPU has no kernel for. */
export interface NodeCoverage {
  /** Nodes that ran, after ONNX Runtime's optimisation. */
  readonly nodes: number;
  readonly onCpu: number;
  /** Their operators, each once. */
  readonly cpuOperators: readonly string[];
}

/** Or why it is not known, in a sentence. */
export type Coverage = NodeCoverage | { readonly unknown: string };

interface ProfileEvent {
  readonly cat?: string;
  readonly name?: string;
  readonly args?: { readonly provider?: string; readonly op_name?: string };
}

/** The profile of a session's first run, which is the only way the binding tells which provider ran a node. */
export class RunProfile {
  readonly #folder = mkdtempSync(join(tmpdir(), 'understudy-profile-'));

  /** To be given to the session when it is made. */
  get prefix(): string {
    return join(this.#folder, 'run');
  }

  /** To be asked once the session has ended its profile. */
  async read(): Promise<Coverage> {
    const [file] = await readdir(this.#folder);
    if (file === undefined) return { unknown: 'ONNX Runtime wrote no profile' };
    const path = join(this.#folder, file);
    const { size } = await stat(path);
    if (size > mostBytes) return { unknown: `the profile of a run has ${size} bytes` };
    return coverageOf(JSON.parse(await readFile(path, 'utf8')) as ProfileEvent[]);
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** A node for each turn of a loop is written, so there is no bound but this one. */
const mostBytes = 64 * 1024 * 1024;

/** A node that ran several times (in a loop, say) counts once; copies between host and GPU are no nodes of the model. */
function coverageOf(events: readonly ProfileEvent[]): NodeCoverage {
  const seen = new Set<string>();
  const operators = new Set<string>();
  let onCpu = 0;
  for (const { cat, name, args } of events) {
    if (cat !== 'Node' || name === undefined || args?.provider === undefined) continue;
    const operator = args.op_name ?? '';
    if (operator.startsWith('Memcpy') || seen.has(name)) continue;
    seen.add(name);
    if (args.provider !== 'CPUExecutionProvider') continue;
    onCpu++;
    operators.add(operator);
  }
  return { nodes: seen.size, onCpu, cpuOperators: [...operators].sort() };
}

/** What a person should know of it; empty when the GPU runs everything. */
export function coverageRemarks(provider: ProviderName, coverage: Coverage | null): string[] {
  if (provider === 'cpu') return [];
  if (coverage === null || 'unknown' in coverage) {
    const why = coverage?.unknown ?? 'it ran on no made-up inputs';
    return [`how much of the model runs on ${provider} is not known: ${why}`];
  }
  if (coverage.onCpu === 0) return [];
  const operators = `${coverage.cpuOperators.slice(0, 8).join(', ')}${coverage.cpuOperators.length > 8 ? ', …' : ''}`;
  if (coverage.onCpu === coverage.nodes) {
    return [
      `nothing of the model runs on ${provider}: all of its ${coverage.nodes} nodes run on the CPU, since ${provider} has no kernels for them (${operators}); execution_provider: cpu does the same with less`,
    ];
  }
  return [
    `${coverage.onCpu} of the model's ${coverage.nodes} nodes run on the CPU, since ${provider} has no kernels for them or they are cheaper there (${operators})`,
  ];
}

/** Whether a GPU was given a model it can do nothing of. */
export function isCpuOnly(coverage: Coverage | null): boolean {
  return coverage !== null && 'nodes' in coverage && coverage.nodes > 0 && coverage.onCpu === coverage.nodes;
}
