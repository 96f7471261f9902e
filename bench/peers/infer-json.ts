import type { MlpAnswer, MlpRows } from './mlp-answer.ts';

/** As much of a request of the Open Inference Protocol as a service for one model reads. */
export interface InferRequest {
  readonly id?: string;
  readonly inputs: readonly [{ readonly shape: readonly number[]; readonly data: readonly number[] }];
}

export function readRows({ inputs: [x] }: InferRequest): MlpRows {
  return { data: Float32Array.from(x.data), shape: x.shape };
}

/** The answer of the Open Inference Protocol, ready for `JSON.stringify`. */
export function inferAnswer(id: string, version: number, { labels, probabilities }: MlpAnswer): object {
  const rows = labels.length;
  return {
    id,
    model_name: 'mlp',
    model_version: String(version),
    outputs: [
      { name: 'label', datatype: 'INT64', shape: [rows], data: labels },
      {
        name: 'probabilities',
        datatype: 'FP32',
        shape: [rows, probabilities.length / rows],
        data: Array.from(probabilities),
      },
    ],
  };
}
