import { getHeapStatistics } from 'node:v8';
import type { Finding, FuzzTarget } from './fuzz-target.ts';

/** CPU time an input may take; wall-clock time tells only when to look, since the machine may be busy with something else. */
const mostCpuMs = 500;
const suspiciousMs = 100;
/** Memory that one input of some kilobytes may ask for. */
const mostBytes = 64 * 1024 * 1024;

/** Runs the target on one input, which it gets as a copy of its own, and tells what is wrong with what it did. */
export async function execute(target: FuzzTarget, input: Buffer): Promise<Finding | null> {
  const bytesBefore = heapBytes();
  const began = performance.now();
  const thrown = await runOnce(target, input);
  if (thrown !== null) return { kind: 'threw', sentence: describe(thrown.error) };
  const isSlow = performance.now() - began > suspiciousMs;
  const isLarge = heapBytes() - bytesBefore > mostBytes;
  return isSlow || isLarge ? measure(target, input) : null;
}

async function runOnce(target: FuzzTarget, input: Buffer): Promise<{ readonly error: unknown } | null> {
  try {
    const pending = target.run(Buffer.from(input));
    if (pending) await pending;
    return null;
  } catch (error) {
    return { error };
  }
}

/** The least of three runs: the first may have paid for a garbage collection, or for optimising the code. */
async function measure(target: FuzzTarget, input: Buffer): Promise<Finding | null> {
  let leastMs = Number.POSITIVE_INFINITY;
  let leastBytes = Number.POSITIVE_INFINITY;
  for (let times = 0; times < 3; times++) {
    const bytesBefore = heapBytes();
    const before = process.threadCpuUsage();
    await runOnce(target, input);
    const { user, system } = process.threadCpuUsage(before);
    leastMs = Math.min(leastMs, (user + system) / 1000);
    leastBytes = Math.min(leastBytes, heapBytes() - bytesBefore);
  }
  if (leastMs > mostCpuMs) {
    return { kind: 'slow', sentence: `took ${Math.round(leastMs)} ms of CPU for ${input.length} bytes` };
  }
  if (leastBytes > mostBytes) {
    return {
      kind: 'memory',
      sentence: `asked for ${Math.round(leastBytes / 2 ** 20)} MiB for ${input.length} bytes`,
    };
  }
  return null;
}

function heapBytes(): number {
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
  return heap + external;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by ${describe(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
