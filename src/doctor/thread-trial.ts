import { constants, getPriority, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { sentenceOf } from '../errors.ts';
import { readAddonState } from './native-addon.ts';

/** One thing that was asked of the kernel for the thread. */
export interface Attempt {
  /** Whether it is in force, as read back afterwards. */
  readonly granted: boolean;
  /** Why not; null where it was granted or not tried. */
  readonly refusal: string | null;
}

/** What a thread of this process may become. Null: not tried, since only the addon can. */
export interface ThreadTrial {
  readonly idle: Attempt | null;
  readonly nice: Attempt;
  readonly pinned: Attempt | null;
  readonly named: Attempt | null;
}

/** Worker thread that gives itself up to the trial: what it becomes here, it stays. */
parentPort?.postMessage(tryThread());

function tryThread(): ThreadTrial {
  const state = readAddonState();
  const lowest = constants.priority.PRIORITY_LOW;
  if (state.kind !== 'ready') {
    // On Linux 0 means the calling thread.
    const nice = attempt(
      () => setPriority(0, lowest),
      () => getPriority(0) === lowest,
    );
    return { idle: null, nice, pinned: null, named: null };
  }
  const { addon } = state;
  const name = 'doctor trial';
  const cpu = addon.threadAffinity()[0]!;
  // The policy comes last: a thread that runs only when idle may take long for the rest.
  return {
    named: attempt(
      () => addon.nameThread(name),
      () => addon.threadName() === name,
    ),
    pinned: attempt(
      () => addon.setThreadAffinity([cpu]),
      () => addon.threadAffinity().join() === `${cpu}`,
    ),
    nice: attempt(
      () => addon.setThreadNice(19),
      () => addon.threadNice() === 19,
    ),
    idle: attempt(
      () => addon.setThreadPolicy('idle'),
      () => addon.threadPolicy() === 'idle',
    ),
  };
}

function attempt(ask: () => void, holds: () => boolean): Attempt {
  try {
    ask();
    if (holds()) return { granted: true, refusal: null };
    return { granted: false, refusal: 'the kernel said yes and did nothing' };
  } catch (error) {
    return { granted: false, refusal: sentenceOf(error) };
  }
}
