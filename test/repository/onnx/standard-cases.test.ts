import { describe, expect, it } from 'vitest';
import { UnderstudyError } from '../../../src/errors.ts';
import { elementCount } from '../../../src/protocol/tensor.ts';
import { inspectModel } from '../../../src/repository/onnx/inspect-model.ts';
import { encodeModel, parseModel } from '../../../src/repository/onnx/read-model.ts';
import { parseTensor } from '../../../src/repository/onnx/tensor-proto.ts';
import { runModel } from './run-model.ts';
import { standardCases } from './standard-cases.ts';

/** Needs the locale en_US.UTF-8, which a machine need not have. */
const withLocale = 'test_strnormalizer_export_monday_casesensintive_lower';
const withSequences = new Set(['test_identity_sequence', 'test_sequence_insert_at_front']);

describe.skipIf(standardCases.length === 0)(
  "the standard's conformance cases (skipped where ../shared/data is missing)",
  () => {
    it.each(standardCases.filter(({ name }) => !withSequences.has(name) && name !== withLocale))(
      '$name gives what the standard says, read and written by us',
      async ({ model, directory, inputs, outputs }) => {
        expect(inspectModel(model, directory).bytes).toBeNull();
        const { graph } = parseModel(model);
        const tensors = inputs.map((bytes, i) => ({
          ...parseTensor(bytes),
          name: graph.input[i]?.name ?? '',
        }));
        const given = [...(await runModel(encodeModel(parseModel(model)), tensors)).values()];
        expect(given).toHaveLength(outputs.length);
        outputs.map(parseTensor).forEach((expected, i) => {
          const { datatype, shape, data } = given[i]!;
          expect([datatype, shape]).toEqual([expected.datatype, expected.shape]);
          expect(data).toHaveLength(elementCount(shape));
          for (const [j, element] of Array.from<unknown>(expected.data).entries()) {
            if (typeof element === 'number' && Number.isFinite(element)) {
              expect(data[j]).toBeCloseTo(element, 3);
            } else {
              expect(data[j]).toBe(element);
            }
          }
        });
      },
    );

    it.each(standardCases.filter(({ name }) => withSequences.has(name)))(
      '$name is refused, since it takes or gives a sequence',
      ({ model, directory }) => {
        expect(() => inspectModel(model, directory)).toThrow(UnderstudyError);
        expect(() => inspectModel(model, directory)).toThrow('is a sequence');
      },
    );
  },
);
