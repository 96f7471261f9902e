import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sentenceOf, UnderstudyError } from '../../src/errors.ts';
import { inspectModel } from '../../src/repository/onnx/inspect-model.ts';
import {
  bfloat16Input,
  embedder,
  externalDataMissing,
  int4Output,
  linearRegression,
  linearZipMap,
  mlp,
  sequenceOutput,
  stringLabels,
  treeZipMap,
  zipMapInside,
} from '../../test/support/onnx-models.ts';
import type { FuzzTarget } from '../engine/fuzz-target.ts';
import { protobufMutations } from '../engine/protobuf-mutations.ts';
import { checkSentence } from '../oracles/refusal.ts';

const empty = mkdtempSync(join(tmpdir(), 'understudy-fuzz-'));
process.once('exit', () => rmdirSync(empty));
const models = [
  mlp(),
  linearZipMap(['no', 'yes']),
  treeZipMap([3n, 5n]),
  zipMapInside(),
  stringLabels(),
  linearRegression(),
  embedder([
    [1, 2],
    [3, 4],
  ]),
];
const refused = [sequenceOutput(), int4Output(), bfloat16Input(), externalDataMissing()];
const longest = 16_384;

/** ONNX files, before ONNX Runtime gets them. What had to be changed to be served must be readable again. */
export const target: FuzzTarget = {
  maxLength: longest,
  mutations: protobufMutations,
  seeds: [...models, ...refused].map((bytes) => Buffer.from(bytes)).filter(({ length }) => length <= longest),
  words: [
    'version https://git-lfs',
    'PK\x03\x04',
    'ORTM',
    'ZipMap',
    'ai.onnx.ml',
    'location',
    '../x',
    '/etc/passwd',
  ],
  run(input) {
    let changed: Uint8Array | null;
    try {
      changed = inspectModel(input, empty).bytes;
    } catch (error) {
      if (!(error instanceof UnderstudyError) || error.code !== 'MODEL_NOT_READY') throw error;
      // Names of the file stand in it as they are, as long as they are: line breaks are kept on purpose.
      checkSentence(sentenceOf(error).replaceAll(/[\t\n]/g, ' '), longest);
      return;
    }
    if (changed === null) return;
    const again = inspectModel(changed, empty);
    if (again.bytes !== null) throw new Error('what was changed to be served would be changed again');
  },
};
