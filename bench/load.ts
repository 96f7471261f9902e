import { setPriority } from 'node:os';
import type { LoadCommand, LoadReport } from './load-generator.ts';
import { LoadRun } from './load-run.ts';

/**
 * Load generator, a process of its own that takes orders over IPC and answers each with what it saw. It speaks HTTP/1.1
 * by hand because it shares the machine with the server: a full client would cost more than what it measures. It lives as
 * long as the bench does, and what it sees while a run settles does not count: a generator that has just been started is
 * compiled while it measures, on the CPUs of the server, and takes its own stalls for the server's.
 */
try {
  // Whoever measures must not wait for a CPU, or its own delay would be taken for the server's.
  setPriority(-15);
} catch {
  process.stderr.write(
    'not allowed to raise the priority of the load generator: latencies contain its own delays\n',
  );
}
let run: LoadRun | null = null;

async function obey(command: LoadCommand): Promise<LoadReport> {
  if (command.kind === 'start') {
    run = await LoadRun.start(command.plan);
    return { kind: 'started' };
  }
  if (run === null) throw new Error('no load is running');
  if (command.kind === 'slice') return { kind: 'slice', slice: run.slice() };
  const ended = await run.end(command.drainMilliseconds);
  run = null;
  return { kind: 'slice', slice: ended };
}

// Without who gave the orders nobody would end the load.
process.on('disconnect', () => process.exit());
process.on('message', (command: LoadCommand) => {
  void obey(command)
    .catch((error: Error): LoadReport => ({ kind: 'failed', reason: error.message }))
    .then((report) => process.send!(report));
});
