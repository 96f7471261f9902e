import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Finding } from './finding.ts';
import type { ThreadTrial } from './thread-trial.ts';

/** Tries it for real, in a thread that ends afterwards: the process stays as it is. */
export async function tryThreadPolicy(): Promise<ThreadTrial> {
  const worker = new Worker(new URL('./thread-trial.ts', import.meta.url), { name: 'doctor' });
  const [trial] = (await once(worker, 'message')) as [ThreadTrial];
  return trial;
}

const seccomp =
  'let the container do it: a seccomp profile or a sandbox (gVisor, say) that allows sched_setscheduler, setpriority and sched_setaffinity';

export function threadFindings(trial: ThreadTrial, platform: string): Finding[] {
  const topic = 'thread policy';
  if (platform !== 'linux') {
    const sentence = `Threads have no priorities of their own on ${platform}: shadows compete with the primary`;
    return [{ topic, status: 'note', sentence, mend: 'serve on Linux where latency matters' }];
  }
  return [...yielding(trial), ...pinning(trial), ...naming(trial)];
}

function yielding({ idle, nice }: ThreadTrial): Finding[] {
  const about = { topic: 'thread policy', details: { idle, nice } } as const;
  if (idle?.granted) {
    const sentence = 'A thread here may enter SCHED_IDLE: shadows run only when nothing else wants to';
    return [{ ...about, status: 'ok', sentence, mend: null }];
  }
  const noIdle =
    idle === null
      ? 'SCHED_IDLE needs the native addon'
      : `A thread here may not enter SCHED_IDLE (${idle.refusal})`;
  if (nice.granted) {
    const sentence = `${noIdle}; nice 19 is granted, so shadows get little while the primary works`;
    return [
      {
        ...about,
        status: idle === null ? 'note' : 'warning',
        sentence,
        mend: idle === null ? null : seccomp,
      },
    ];
  }
  const sentence = `${noIdle}; nice 19 is refused too (${nice.refusal}): shadows compete with the primary on equal terms`;
  return [{ ...about, status: 'problem', sentence, mend: seccomp }];
}

function pinning({ pinned }: ThreadTrial): Finding[] {
  if (pinned === null) return [];
  const about = { topic: 'thread policy', details: { pinned } } as const;
  return pinned.granted
    ? [{ ...about, status: 'ok', sentence: 'A thread here may be pinned to CPUs', mend: null }]
    : [
        {
          ...about,
          status: 'warning',
          sentence: `A thread here may not be pinned to CPUs (${pinned.refusal}): CPU sets per role have no effect`,
          mend: seccomp,
        },
      ];
}

function naming({ named }: ThreadTrial): Finding[] {
  if (named === null || named.granted) return [];
  const sentence = `A thread here may not be named (${named.refusal}): CPU time cannot be told apart by model`;
  return [{ topic: 'thread policy', status: 'warning', sentence, mend: seccomp }];
}
