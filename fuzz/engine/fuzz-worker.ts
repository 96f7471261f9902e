import { parentPort, workerData } from 'node:worker_threads';
import { seededRandom } from '../../test/support/random.ts';
import { execute } from './execute.ts';
import { fuzzLoop } from './fuzz-loop.ts';
import type { FuzzTarget } from './fuzz-target.ts';
import { instrumentImports } from './instrument-imports.ts';
import { minimise } from './minimise.ts';
import type { WorkerMessage, WorkerOptions } from './run-target.ts';
import { SharedInput } from './shared-input.ts';

const options: WorkerOptions = workerData;
const tell = (message: WorkerMessage): void => parentPort!.postMessage(message);
const shared = new SharedInput(options.shared);

const words = instrumentImports(options.instrumented);
const { target }: { target: FuzzTarget } = await import(options.targetUrl);

const { progress, finding, distilled } = await fuzzLoop(target, {
  inputs: [
    ...target.seeds.map((seed) => Buffer.from(seed)),
    ...options.corpus.map((input) => Buffer.from(input)),
  ],
  words: [...words],
  random: seededRandom(options.seed),
  until: options.until,
  onInput: (input) => shared.write(input),
  onProgress: (progress) => tell({ kind: 'progress', progress }),
});
if (finding === null) tell({ kind: 'done', progress, distilled });
else {
  const { sentence, kind } = finding.finding;
  const signature = signatureOf(sentence);
  const input =
    kind === 'threw'
      ? await minimise(finding.input, async (shorter) => {
          shared.write(shorter);
          const again = await execute(target, shorter);
          return again?.kind === 'threw' && signatureOf(again.sentence) === signature;
        })
      : finding.input;
  const again = await execute(target, input);
  tell({ kind: 'finding', progress, finding: again ?? finding.finding, input });
}

/** The same fault has the same first line, but for numbers and quotes, and comes from the same place. */
function signatureOf(sentence: string): string {
  const [first = '', ...stack] = sentence.split('\n');
  const place = stack.find((line) => line.includes('/src/') || line.includes('/targets/')) ?? '';
  return `${first.replace(/"(?:[^"\\]|\\.)*"|[\d.-]+/g, '').slice(0, 60)} ${place}`;
}
