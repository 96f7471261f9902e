import { cpus } from 'node:os';
import Table from 'cli-table3';
import { decodeInferRequest } from '../src/protocol/decode-infer-request.ts';
import { encodeInferReply } from '../src/protocol/encode-infer-reply.ts';
import type { ModelSignature } from '../src/protocol/signature.ts';
import type { Tensor } from '../src/protocol/tensor.ts';

/**
 * What JSON costs, beside what V8 has for it: decoding a request into a typed array that is checked, beside `JSON.parse` and a copy into
 * one that is not; and encoding a reply, beside `JSON.stringify`. CPU time, in turns; the median of the rounds.
 */
const columns = 32;
const rounds = 15;
const roundMilliseconds = 100;
const signature: ModelSignature = {
  ...{ model: 'mlp', version: '7', featureNames: null },
  inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, columns] }],
  outputs: [{ name: 'probabilities', datatype: 'FP32', shape: [-1, 2] }],
};

const table = new Table({
  head: ['', 'rows', 'bytes', 'ours, µs', 'V8, µs', 'V8 ÷ ours'],
  style: { head: [] },
});
for (const rows of [1, 64, 1024]) {
  const numbers = Array.from({ length: rows * columns }, (_, i) => Math.round(Math.sin(i + 1) * 1e4) / 1e4);
  const body = Buffer.from(
    JSON.stringify({ inputs: [{ name: 'x', shape: [rows, columns], datatype: 'FP32', data: numbers }] }),
  );
  compare('decode', rows, body.length, [
    () => decodeInferRequest(body, null, signature),
    () => Float32Array.from(JSON.parse(body.toString()).inputs[0].data),
  ]);
  const probabilities = Float32Array.from({ length: rows * 2 }, (_, i) => Math.abs(Math.sin(i + 1)));
  const output: Tensor = { name: 'probabilities', datatype: 'FP32', shape: [rows, 2], data: probabilities };
  const reply = { model: 'mlp', version: '7', id: 'r1', outputs: [output], binary: [false] };
  compare('encode', rows, encodeInferReply(reply).body.length, [
    () => encodeInferReply(reply),
    () => {
      const { name, datatype, shape } = output;
      const outputs = [{ name, datatype, shape, data: Array.from(probabilities) }];
      return Buffer.from(JSON.stringify({ model_name: 'mlp', model_version: '7', id: 'r1', outputs }));
    },
  ]);
}
process.stdout.write(
  `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}; FP32, ${columns} columns in, 2 out\n${table.toString()}\n`,
);

function compare(
  what: string,
  rows: number,
  bytes: number,
  [ours, theirs]: readonly [() => unknown, () => unknown],
): void {
  for (const one of [ours, theirs]) microsecondsOf(one);
  const pairs = Array.from({ length: rounds }, () => [microsecondsOf(ours), microsecondsOf(theirs)] as const);
  const [own, v8] = [median(pairs.map(([a]) => a)), median(pairs.map(([, b]) => b))];
  const ratio = median(pairs.map(([a, b]) => b / a));
  table.push([what, rows, bytes, own.toFixed(2), v8.toFixed(2), ratio.toFixed(2)]);
}

/** CPU time of one call: another program on the same CPU does not count. */
function microsecondsOf(work: () => unknown): number {
  const begun = performance.now();
  const cpu = process.threadCpuUsage();
  let calls = 0;
  do {
    for (let i = 0; i < 16; i++) work();
    calls += 16;
  } while (performance.now() - begun < roundMilliseconds);
  const { user, system } = process.threadCpuUsage(cpu);
  return (user + system) / calls;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
