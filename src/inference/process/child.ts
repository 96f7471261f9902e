import { valueSymbol } from 'piscina';
import { sentenceOf } from '../../errors.ts';
import work from '../instance/worker.ts';
import type { WorkerAnswer, WorkerTask } from '../messages/worker-task.ts';
import { holdLifeline } from './lifeline.ts';
import type { ProcessReply, ProcessTask } from './message.ts';
import { StandInPorts } from './ports.ts';

/** The entry of a process that does for a relay what a worker does in a thread. */
const ports = new StandInPorts();

function workerTask(task: ProcessTask): WorkerTask {
  if (task.kind !== 'load') return task;
  const options = ports.putInto(task.options, task.portNames);
  // The relay watches the memory, and knows whether a batch was given up.
  return { kind: 'load', options, memoryLimitBytes: null, claim: null };
}

async function replyTo(task: ProcessTask): Promise<ProcessReply> {
  try {
    const answer = unmoved(await work(workerTask(task)));
    return { kind: 'answered', answer, sent: ports.collect() };
  } catch (error) {
    const sentence = sentenceOf(error);
    return { kind: 'failed', sentence, stack: (error instanceof Error ? error.stack : null) ?? sentence };
  }
}

/** Nothing can be moved to another process: what was wrapped to be moved is taken out. */
function unmoved(answer: WorkerAnswer & { readonly [valueSymbol]?: WorkerAnswer }): WorkerAnswer {
  return answer[valueSymbol] ?? answer;
}

holdLifeline();
// Signals to a whole group of processes are for the server; the lifeline sees when it has ended.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.on('disconnect', () => process.exit());
process.on('message', async (task: ProcessTask) => {
  const reply = await replyTo(task);
  // Its last task. Were it the relay that hangs up, the relay would not learn that all has been read.
  process.send?.(reply, () => task.kind === 'release' && process.disconnect());
});
