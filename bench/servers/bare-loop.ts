import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InferenceSession } from 'onnxruntime-node';
import { planProviders } from '../../src/inference/execution-provider/plan-providers.ts';
import { sessionOptions } from '../../src/inference/model/onnx-session-options.ts';
import { specOf, toOnnx } from '../../src/inference/model/onnx-tensors.ts';
import { anyInputs, type InputChoice } from '../inputs/input-choice.ts';
import { openInputRows } from '../inputs/input-rows.ts';
import { tensorsFor } from '../inputs/requests-for.ts';

/** One argument, as JSON; maps as their entries. */
export interface BareLoopOptions {
  /** Of the model's file. */
  readonly path: string;
  readonly batchSize: number;
  readonly threads: number;
  readonly seed: number;
  readonly shapes: readonly (readonly [string, readonly number[]])[];
  readonly ranges: readonly (readonly [string, { readonly low: number; readonly high: number }])[];
}

/**
 * The other ceiling: a loop on a session of ONNX Runtime, made as a worker makes it, that does nothing else. `POST /?seconds=N`
 * runs it for so long and answers with the milliseconds of each run, as 64-bit floats.
 */
const { path, batchSize, threads, seed, ...given } = JSON.parse(process.argv[2]!) as BareLoopOptions;
const choice: InputChoice = { ...anyInputs, shapes: new Map(given.shapes), ranges: new Map(given.ranges) };
const [cpu] = planProviders({ executionProvider: 'cpu', device: 0 }).candidates;
const session = await InferenceSession.create(path, sessionOptions(cpu!, threads));
const specs = session.inputMetadata.map((input) => specOf('input', input));
const rows = await openInputRows(choice, seed);
const feeds = Array.from({ length: Math.max(1, Math.floor(rows.count / batchSize)) }, (_, i) =>
  Object.fromEntries(
    tensorsFor(specs, { ...choice, batchSize, rows }, i * batchSize).map((tensor) => [
      tensor.name,
      toOnnx(tensor),
    ]),
  ),
);

async function loop(seconds: number): Promise<Float64Array> {
  const milliseconds: number[] = [];
  for (let now = performance.now(), end = now + seconds * 1000; now < end; ) {
    await session.run(feeds[milliseconds.length % feeds.length]!);
    const after = performance.now();
    milliseconds.push(after - now);
    now = after;
  }
  return Float64Array.from(milliseconds);
}

const server = createServer(async (request, response) => {
  const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const milliseconds = await loop(Number(searchParams.get('seconds')));
  response.end(Buffer.from(milliseconds.buffer));
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`http://127.0.0.1:${port}\n`);
});
