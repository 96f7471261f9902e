import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { sentenceOf } from '../errors.ts';

/** The addon in `native/`. Both calls act on the calling thread and on the threads it will create. */
interface NativeThread {
  /** @throws with `code` and `errno` when the kernel refuses */
  enterIdlePolicy(): void;
  nameThread(name: string): void;
}

const addonPath = fileURLToPath(new URL('../../native/build/understudy.node', import.meta.url));
const lowestPriority = 19;

/** Null where it was not built: no compiler at install, or not Linux. */
export function loadNativeThread(): NativeThread | null {
  return existsSync(addonPath) ? (createRequire(import.meta.url)(addonPath) as NativeThread) : null;
}

/**
 * Puts the calling thread behind everything else: SCHED_IDLE where the addon is there, else the lowest nice
 * value. To be called before an ONNX Runtime session is made, whose threads inherit it.
 *
 * @param name as `top -H` shows it, 15 bytes
 * @returns what was refused, a sentence each; empty when all went well
 */
export function yieldToOthers(name: string): string[] {
  // On Linux 0 means the calling thread; elsewhere it means the process, the primary with it.
  if (process.platform !== 'linux') {
    return ['threads have no priorities of their own on this system: the shadow competes with the primary'];
  }
  const remarks: string[] = [];
  try {
    const native = loadNativeThread();
    if (native) {
      native.nameThread(name);
      native.enterIdlePolicy();
      return remarks;
    }
    remarks.push(
      'the native addon is not built (npm run build:native), so its thread is niced instead of idle',
    );
  } catch (error) {
    remarks.push(
      `the system refused to run its thread when idle only (${sentenceOf(error)}), so it is niced`,
    );
  }
  try {
    setPriority(0, lowestPriority);
  } catch (error) {
    remarks.push(`the system refused nice ${lowestPriority} for its thread: ${sentenceOf(error)}`);
  }
  return remarks;
}
