import type { Tensor } from '../../protocol/tensor.ts';
import { largestScores } from './largest-scores.ts';
import type { Prediction } from './prediction.ts';
import type { OutputReading } from './reading.ts';

type Ranking = Extract<OutputReading, { kind: 'ranking' }>;

/** Longer ids are cut: they are carried and stored with every row. */
const longestItem = 256;

/** The first k items of each row: of an output of ids as they come, of an output of scores by the largest. */
export function readRankings(output: Tensor | null, reading: Ranking): Prediction[] {
  if (output === null) return [];
  const rows = output.shape[0] ?? 0;
  const width = rows === 0 ? 0 : output.data.length / rows;
  const read = reading.holds === 'items' ? listedItems : bestScored;
  return Array.from({ length: rows }, (_, row) => {
    const items = read(output, row * width, (row + 1) * width, reading);
    return {
      ...{ label: null, value: null, confidence: null, probabilities: null },
      finite: items !== null,
      items: items ?? [],
    };
  });
}

/** The first k different ids; null where one of them is not finite. */
function listedItems({ data }: Tensor, from: number, to: number, { k }: Ranking): string[] | null {
  const items = new Set<string>();
  for (let i = from; i < to && items.size < k; i++) {
    const id = data[i]!;
    if (typeof id === 'number' && !Number.isFinite(id)) return null;
    items.add(typeof id === 'string' ? textOf(id) : String(id));
  }
  return [...items];
}

function bestScored({ data }: Tensor, from: number, to: number, reading: Ranking): string[] | null {
  const { k, itemNames } = reading;
  if (!isFloats(data)) return null;
  const best = largestScores(data, from, to, k);
  if (best === null) return null;
  return best.map((index) => textOf(itemNames?.[index] ?? String(index)));
}

function isFloats(data: Tensor['data']): data is Float16Array | Float32Array | Float64Array {
  return data instanceof Float32Array || data instanceof Float64Array || data instanceof Float16Array;
}

function textOf(id: string): string {
  return id.length <= longestItem ? id : id.slice(0, longestItem).toWellFormed();
}
