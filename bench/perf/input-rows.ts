import { z } from 'zod';
import { Random } from '../../models/training/random.ts';
import { elementKind } from './element.ts';
import type { InputChoice } from './perf-options.ts';
import { readJsonFile } from './read-json-file.ts';

/** The elements of one row of an input, by number of the row. */
export interface InputRows {
  /** Rows that differ; then they come again. */
  readonly count: number;
  readonly elements: (input: string, datatype: string, row: number, count: number) => readonly unknown[];
}

/** Enough that a server which remembers answers gains little, few enough to keep. */
const randomRows = 64;

const values = z.array(z.unknown());
const fileSchema = z.strictObject({
  data: z.array(z.record(z.string(), z.union([values, z.strictObject({ content: values })]))).min(1),
});

export async function openInputRows({ data, text }: InputChoice, seed: number): Promise<InputRows> {
  const fixed = (datatype: string): string | null => (datatype === 'BYTES' ? text : null);
  if (data === 'zero') {
    return {
      count: 1,
      elements: (input, datatype, _row, count) =>
        new Array<unknown>(count).fill(fixed(datatype) ?? elementKind(datatype, input).zero),
    };
  }
  if (data === 'random') {
    return {
      count: randomRows,
      elements: (input, datatype, row, count) => {
        const kind = elementKind(datatype, input);
        const random = new Random(seed * randomRows + row);
        return Array.from({ length: count }, () => fixed(datatype) ?? kind.random(random.uniform()));
      },
    };
  }
  if (text !== null) throw new Error('--string-data is for made-up inputs, --input-data zero or random');
  return rowsOfFile(data, await readJsonFile(data));
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
    elements: (input, datatype, row, count) => {
      const entry = data[row % data.length]![input];
      const where = `${path}: entry ${(row % data.length) + 1}`;
      if (entry === undefined) throw new Error(`${where} has no input ${input}`);
      const flat = (Array.isArray(entry) ? entry : entry.content).flat(Number.POSITIVE_INFINITY);
      if (flat.length !== count)
        throw new Error(`${where} has ${flat.length} values of ${input}; a row has ${count}`);
      const wrong = flat.find((value) => !elementKind(datatype, input).accepts(value));
      if (wrong !== undefined)
        throw new Error(`${where} has ${JSON.stringify(wrong)} in ${input}, which is ${datatype}`);
      return flat;
    },
  };
}
