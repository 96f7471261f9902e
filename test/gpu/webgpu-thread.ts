import { parentPort, workerData } from 'node:worker_threads';
import type { SessionPlacement } from '../../src/inference/execution-provider/plan-providers.ts';
import { OnnxSession } from '../../src/inference/model/onnx-session.ts';

/** What a thread of `webgpu-process.ts` does: makes a session, runs it, releases it, again and again. */
export interface LaneErrand {
  readonly model: Uint8Array;
  readonly placement: SessionPlacement;
  readonly rows: Float32Array;
  readonly columns: number;
  readonly sessions: number;
  readonly runs: number;
}

export interface LaneResult {
  readonly provider: string;
  readonly runs: number;
  /** Largest difference to what the CPU gives. */
  readonly difference: number;
}

const { model: bytes, placement, rows, columns, sessions, runs } = workerData as LaneErrand;
const model = { bytes, external: [], directory: '' };
const input = {
  name: 'x',
  datatype: 'FP32',
  shape: [rows.length / columns, columns],
  data: rows,
} as const;

async function probabilities(session: OnnxSession): Promise<Float32Array> {
  const outputs = await session.run([input]);
  return outputs.find(({ name }) => name === 'probabilities')!.data as Float32Array;
}

const onCpu = await OnnxSession.create(model, { ...placement, executionProvider: 'cpu' });
const expected = await probabilities(onCpu);
await onCpu.release();

let difference = 0;
let provider = '';
for (let made = 0; made < sessions; made++) {
  const session = await OnnxSession.create(model, placement);
  provider = session.provider;
  for (let run = 0; run < runs; run++) {
    const got = await probabilities(session);
    for (const [i, value] of got.entries()) difference = Math.max(difference, Math.abs(value - expected[i]!));
  }
  await session.release();
}
const result: LaneResult = { provider, runs: sessions * runs, difference };
parentPort?.postMessage(result);
