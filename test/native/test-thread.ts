import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { loadAddon } from '../../native/addon.ts';

/** Null where no compiler built it, which is no reason to skip where CI has one. */
export const addon = loadAddon();
export const isSkipped = addon === null && process.env.CI === undefined;

const addonUrl = new URL('../../native/addon.ts', import.meta.url).href;

/** Runs in the thread: takes code, answers with what it gives or throws. */
const loop = `
  const { parentPort } = require('node:worker_threads');
  const AsyncFunction = (async () => {}).constructor;
  import(${JSON.stringify(addonUrl)}).then(({ loadAddon }) => {
    const addon = loadAddon();
    parentPort.on('message', async (code) => {
      try {
        parentPort.postMessage({ value: await new AsyncFunction('addon', 'require', code)(addon, require) });
      } catch (error) {
        const { name, message, code, errno, syscall, stack } = error;
        parentPort.postMessage({ thrown: { name, message, code, errno, syscall, stack } });
      }
    });
  });`;

/** A thread to do things to that this one should be spared. */
export class TestThread implements AsyncDisposable {
  readonly #worker = new Worker(loop, { eval: true });

  /** What JavaScript gives there, with `addon` and `require` at hand; what it throws is thrown here. */
  async run<Value = void>(code: string): Promise<Value> {
    const answer = await new Promise<{ value: Value } | { thrown: object }>((resolve, reject) => {
      this.#worker.once('message', resolve);
      this.#worker.once('error', reject);
      this.#worker.postMessage(code);
    });
    if ('thrown' in answer) throw Object.assign(new Error(), answer.thrown);
    return answer.value;
  }

  /** For code that takes it with `receiveMessageOnPort`. */
  post(message: unknown): void {
    this.#worker.postMessage(message);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }
}

/** What the kernel says of a thread. */
export interface Task {
  readonly name: string;
  /** SCHED_OTHER is 0, SCHED_BATCH 3, SCHED_IDLE 5. */
  readonly policy: number;
  readonly nice: number;
  /** As in `0-3,6`. */
  readonly cpus: string;
  readonly cpuMicroseconds: number;
}

const ticksPerSecond = 100;

/** From /proc/PID/task/TID, fields as proc_pid_stat(5) numbers them. */
export function readTask(threadId: number, processId: number | 'self' = 'self'): Task {
  const folder = `/proc/${processId}/task/${threadId}`;
  const stat = readFileSync(`${folder}/stat`, 'utf8');
  // The name may hold spaces and brackets: fields are counted from the last bracket, after which comes the third.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const field = (number: number) => Number(fields[number - 3]);
  const status = readFileSync(`${folder}/status`, 'utf8');
  return {
    name: readFileSync(`${folder}/comm`, 'utf8').slice(0, -1),
    policy: field(41),
    nice: field(19),
    cpus: /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)![1]!,
    cpuMicroseconds: ((field(14) + field(15)) * 1e6) / ticksPerSecond,
  };
}
