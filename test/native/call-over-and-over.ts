import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Addon, loadAddon } from '../../native/addon.ts';

/**
 * Makes each call of the addon many times and prints as JSON how many bytes are in use after it for each call made. To
 * be run with --expose-gc and, as arguments, an NVML library and the compiled `malloc-use.cc`.
 */
const warmUp = 5_000;
const rounds = 20_000;

const [nvml, mallocUse] = process.argv.slice(2);
const addon = loadAddon();
const measure: { bytesInUse(): number } = createRequire(import.meta.url)(mallocUse!);
if (addon === null) throw new Error('the addon is not built');
const cpus = addon.threadAffinity();
const nice = addon.threadNice();

function refused(action: () => void): () => void {
  return () => {
    try {
      action();
    } catch {
      return;
    }
    throw new Error('was to be refused');
  };
}

// The idle policy would make this test wait for everything else on the machine.
const calls: Record<Exclude<keyof Addon, 'endProcess'> | `refused: ${string}`, () => unknown> = {
  setThreadPolicy: () => addon.setThreadPolicy('batch'),
  threadPolicy: () => addon.threadPolicy(),
  setThreadNice: () => addon.setThreadNice(nice),
  threadNice: () => addon.threadNice(),
  setThreadAffinity: () => addon.setThreadAffinity(cpus),
  threadAffinity: () => addon.threadAffinity(),
  nameThread: () => addon.nameThread('over and over'),
  threadName: () => addon.threadName(),
  threadId: () => addon.threadId(),
  threadTimes: () => addon.threadTimes(),
  openNvml: () => addon.openNvml(nvml),
  gpuVersions: () => addon.gpuVersions(),
  gpuReadings: () => addon.gpuReadings(),
  'refused: a CPU that is not there': refused(() => addon.setThreadAffinity([8191])),
  'refused: a name too long': refused(() => addon.nameThread('x'.repeat(1000))),
  'refused: a status that is none': refused(() => addon.endProcess(256)),
  'refused: no array': refused(() => Reflect.apply(addon.setThreadAffinity, null, ['0'])),
};

/** Allocated by C++, V8's own bookkeeping included, and on V8's heap. */
function bytesInUse(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  return measure.bytesInUse() + process.memoryUsage().heapUsed;
}

function bytesPerCall(call: () => unknown): number {
  for (let round = 0; round < warmUp; round++) call();
  const before = bytesInUse();
  for (let round = 0; round < rounds; round++) call();
  return (bytesInUse() - before) / rounds;
}

for (const call of Object.values(calls)) call();
const residentBefore = process.memoryUsage.rss();
const filesBefore = readdirSync('/proc/self/fd').length;
const leaked = Object.fromEntries(Object.entries(calls).map(([name, call]) => [name, bytesPerCall(call)]));
const residentBytes = process.memoryUsage.rss() - residentBefore;
const openFiles = readdirSync('/proc/self/fd').length - filesBefore;
process.stdout.write(JSON.stringify({ leaked, residentBytes, openFiles }));
