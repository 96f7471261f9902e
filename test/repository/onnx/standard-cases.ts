import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const directory = join(import.meta.dirname, '../../../../shared/data/onnx');

/** One case of the standard's conformance suite: a model, its inputs and what must come out, as TensorProto. */
export interface StandardCase {
  readonly name: string;
  readonly directory: string;
  readonly model: Uint8Array;
  readonly inputs: readonly Uint8Array[];
  readonly outputs: readonly Uint8Array[];
}

/** Empty where the data is not beside the repository; tests then skip. */
export const standardCases: readonly StandardCase[] = (existsSync(directory) ? readdirSync(directory) : [])
  .filter((name) => name.startsWith('test_'))
  .map((name) => ({
    name,
    directory: join(directory, name),
    model: readFileSync(join(directory, name, 'model.onnx')),
    inputs: protos(join(directory, name, 'test_data_set_0'), 'input_'),
    outputs: protos(join(directory, name, 'test_data_set_0'), 'output_'),
  }));

function protos(from: string, prefix: string): readonly Uint8Array[] {
  return readdirSync(from)
    .filter((name) => name.startsWith(prefix))
    .sort()
    .map((name) => readFileSync(join(from, name)));
}
