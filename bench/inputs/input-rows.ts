import { z } from 'zod';
import type { TensorSpec } from '../../src/protocol/signature.ts';
import type { TensorData } from '../../src/protocol/tensor.ts';
import { readJsonFile } from '../read-json-file.ts';
import type { InputChoice } from './input-choice.ts';
import { usualRange } from './input-range.ts';
import { randomValues, zeroValues } from './made-up-values.ts';
import { writtenValues } from './written-values.ts';

/** The elements of one row of an input, by number of the row. */
export interface InputRows {
  /** Rows that differ; then they come again. */
  readonly count: number;
  readonly values: (input: TensorSpec, row: number, count: number) => TensorData;
}

/** Enough that a server which remembers answers gains little, few enough to keep. */
const differentRows = 64;

const values = z.array(z.unknown());
const fileSchema = z.strictObject({
  data: z.array(z.record(z.string(), z.union([values, z.strictObject({ content: values })]))).min(1),
});

/** The same for the same seed. Throws with a sentence for people where the choice cannot be had. */
export async function openInputRows(choice: InputChoice, seed: number): Promise<InputRows> {
  const { data, text, ranges } = choice;
  if (data !== 'random' && ranges.size > 0)
    throw new Error('--input-range is for random inputs, --input-data random');
  if (data === 'zero') {
    const zero: InputRows['values'] = ({ datatype }, _row, count) => zeroValues(datatype, count);
    return { count: 1, values: withText(text, zero) };
  }
  if (data === 'random') {
    const random: InputRows['values'] = ({ name, datatype }, row, count) =>
      randomValues(datatype, count, ranges.get(name) ?? usualRange, seed * differentRows + row);
    return { count: differentRows, values: withText(text, random) };
  }
  if (text !== null) throw new Error('--string-data is for made-up inputs, --input-data zero or random');
  return rowsOfFile(data, await readJsonFile(data));
}

function withText(text: string | null, values: InputRows['values']): InputRows['values'] {
  if (text === null) return values;
  return (input, row, count) =>
    input.datatype === 'BYTES' ? new Array<string>(count).fill(text) : values(input, row, count);
}

/** perf_analyzer's form: `{"data": [{"INPUT0": [1, 2, …]}, …]}`, one entry for each row. Throws with a sentence for people. */
export function rowsOfFile(path: string, json: unknown): InputRows {
  const parsed = fileSchema.safeParse(json);
  if (!parsed.success) {
    throw new Error(
      `${path} is not {"data": [{"INPUT": [values of one row]}, …]}: ${z.prettifyError(parsed.error)}`,
    );
  }
  const { data } = parsed.data;
  return {
    count: data.length,
    values: ({ name, datatype }, row, count) => {
      const entry = data[row % data.length]![name];
      const where = `${path}: entry ${(row % data.length) + 1}`;
      if (entry === undefined) throw new Error(`${where} has no input ${name}`);
      const flat = (Array.isArray(entry) ? entry : entry.content).flat(Number.POSITIVE_INFINITY);
      if (flat.length !== count)
        throw new Error(`${where} has ${flat.length} values of ${name}; a row has ${count}`);
      try {
        return writtenValues(datatype, flat);
      } catch (cause) {
        throw new Error(`${where} has in ${name} ${cause instanceof Error ? cause.message : String(cause)}`, {
          cause,
        });
      }
    },
  };
}
