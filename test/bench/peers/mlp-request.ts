import { features } from '../../../bench/models/tabular-mlp.ts';

interface MlpReply {
  readonly model_name: string;
  readonly model_version: string;
  readonly outputs: readonly { name: string; datatype: string; shape: number[]; data: number[] }[];
}

/** A request of the MLP with so many rows, all different. */
export function mlpBody(rows: number): string {
  const data = Array.from({ length: rows * features }, (_, i) => Math.round(Math.sin(i + 1) * 1e4) / 1e4);
  return JSON.stringify({ inputs: [{ name: 'x', shape: [rows, features], datatype: 'FP32', data }] });
}

export async function askMlp(url: string, rows: number): Promise<MlpReply> {
  const answer = await fetch(`${url}/v2/models/mlp/infer`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: mlpBody(rows),
  });
  if (answer.status !== 200) throw new Error(`${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as MlpReply;
}
