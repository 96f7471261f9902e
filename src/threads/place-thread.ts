import { getPriority, setPriority } from 'node:os';
import { type Addon, loadAddon } from '../../native/addon.ts';
import { sentenceOf } from '../errors.ts';
import { formatCpuSet } from './cpu-set.ts';
import type { PlacedThread, ThreadPlacement, ThreadRole, Yielding } from './thread-placement.ts';

/** What a niced thread of a role gets. An acknowledged label must be durable under any load, so the log yields less. */
const niceOf: Record<ThreadRole, number> = {
  primary: 10,
  shadow: 19,
  control: 19,
  log: 10,
  analysis: 19,
  resources: 10,
};

/**
 * Names the calling thread, keeps it to its CPUs and makes it yield as it is to. The threads it creates afterwards
 * inherit all three, so this comes before an ONNX Runtime session is made. A thread is never given more than it has:
 * one that was niced further already, with the whole server, stays so.
 *
 * @param load for tests: what the machine may lack
 * @returns what it got, with a sentence for each thing that was refused; nothing is thrown
 */
export function placeThread(placement: ThreadPlacement, load: () => Addon | null = loadAddon): PlacedThread {
  const { role, name, cpus } = placement;
  const refusals: string[] = [];
  const attempt = (action: () => void, refusal: string): boolean => {
    try {
      action();
      return true;
    } catch (error) {
      refusals.push(`${refusal}: ${sentenceOf(error)}`);
      return false;
    }
  };
  if (process.platform !== 'linux') {
    refusals.push(
      `threads can be named and made to yield on Linux only; on ${process.platform} it runs as any other`,
    );
    return { role, name, yielding: 'never', refusals };
  }
  const addon = addonOr(load, placement, refusals);
  if (addon) {
    attempt(() => addon.nameThread(name), 'its thread could not be named');
    if (cpus) attempt(() => keepTo(cpus, addon), `its CPU set ${formatCpuSet(cpus)} was refused`);
  }
  return { role, name, yielding: yieldAs(placement, addon, attempt), refusals };
}

/** Null where it is missing, with a sentence that says what this placement loses by it. */
function addonOr(load: () => Addon | null, placement: ThreadPlacement, refusals: string[]): Addon | null {
  let why = 'the native addon is not built';
  try {
    const addon = load();
    if (addon) return addon;
  } catch (error) {
    why = `the native addon cannot be loaded (${sentenceOf(error)})`;
  }
  const lost = ['has no name of its own'];
  if (placement.cpus) lost.push('may run on every CPU');
  if (placement.yielding === 'idle') lost.push('is niced instead of idle');
  refusals.push(
    `${why}, so its thread ${lost.join(', ')}; install a C++ compiler and run "npm run build:native"`,
  );
  return null;
}

/** The kernel passes over CPUs that are not there or not this process's, as long as one is left. */
function keepTo(cpus: readonly number[], addon: Addon): void {
  addon.setThreadAffinity(cpus);
  const kept = addon.threadAffinity();
  const missing = cpus.filter((cpu) => !kept.includes(cpu));
  if (missing.length === 0) return;
  throw new Error(
    `CPUs ${formatCpuSet(missing)} are not there for this process, so it runs on ${formatCpuSet(kept)}`,
  );
}

function yieldAs(
  { role, yielding }: ThreadPlacement,
  addon: Addon | null,
  attempt: (action: () => void, refusal: string) => boolean,
): Yielding {
  if (yielding === 'never') return 'never';
  if (yielding === 'idle' && addon) {
    const isIdle = attempt(() => beIdle(addon), 'its thread may not run when idle only, so it is niced');
    if (isIdle) return 'idle';
  }
  const nice = niceOf[role];
  const isNiced = attempt(
    () => beNice(nice),
    `its thread may not be niced to ${nice}, so it runs as any other`,
  );
  return isNiced ? 'niced' : 'never';
}

function beIdle(addon: Addon): void {
  addon.setThreadPolicy('idle');
  // Sandboxes such as gVisor take the call and do nothing.
  const policy = addon.threadPolicy();
  if (policy !== 'idle') throw new Error(`the system took SCHED_IDLE and left the policy at ${policy}`);
}

/** Through Node: for Linux "process 0" is the calling thread. */
function beNice(nice: number): void {
  if (getPriority(0) >= nice) return;
  setPriority(0, nice);
  const actual = getPriority(0);
  if (actual < nice) throw new Error(`the system took nice ${nice} and left it at ${actual}`);
}
