import { type InferenceSession, Tensor } from 'onnxruntime-node';

/** Features of rows, flat, and their shape, [N,32]. */
export interface MlpRows {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** What the model says of each row: a class, and the probabilities of all classes, flat. */
export interface MlpAnswer {
  readonly labels: readonly number[];
  readonly probabilities: Float32Array;
}

export async function runMlp(session: InferenceSession, { data, shape }: MlpRows): Promise<MlpAnswer> {
  const { label, probabilities } = await session.run({ x: new Tensor('float32', data, shape) });
  return {
    labels: Array.from(label!.data as BigInt64Array, Number),
    probabilities: probabilities!.data as Float32Array,
  };
}

/** Whether both versions gave every row the same class. */
export function agree(primary: MlpAnswer, shadow: MlpAnswer): boolean {
  return shadow.labels.every((label, row) => label === primary.labels[row]);
}
