import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseVersions } from '../../src/replay/replay-choice.ts';
import { temporaryDirectory } from '../log/open-test-log.ts';

const models = temporaryDirectory();
const asked = (model: string | null, primary: string | null = null, shadow: string | null = null) =>
  chooseVersions(models.path, { model, primary, shadow });

beforeAll(() => {
  const files = {
    'fraud/7/model.onnx': '',
    'fraud/8/model.onnx': '',
    'fraud/9/model.onnx': '',
    'fraud/deployment.yaml': [
      'primary: 7',
      'shadows: [{version: 8, sample: 1%, isolation: process, memory_limit: 1GiB, deadline: 1s}]',
      'control: 5%',
      'capture: all',
      'readiness: {label_maturity: 2d, margin: 0.02}',
      'dynamic_batching: {max_batch_size: 128, max_queue_delay_microseconds: 500}',
    ].join('\n'),
    'alone.v1.onnx': '',
    'broken/1/model.onnx': '',
    'broken/deployment.yaml': 'colour: red',
  };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(models.path, path)), { recursive: true });
    writeFileSync(join(models.path, path), content);
  }
});
afterAll(() => models[Symbol.dispose]());

describe('the two versions of a replay', () => {
  it.each([
    [[null, null], '7', '8'],
    [['9', null], '9', '8'],
    [[null, '9'], '7', '9'],
    [['8', '7'], '8', '7'],
    [[null, '7'], '8', '7'],
    [['8', null], '8', '7'],
  ] as const)('asked for as %j are those of the deployment else', async ([primary, shadow], p, s) => {
    expect(await asked('fraud', primary, shadow)).toMatchObject({ primary: p, shadow: s });
  });

  it('run as the deployment says, but for what only makes sense beside users', async () => {
    const { config } = await asked('fraud');
    expect(config).toMatchObject({
      ...{ primary: '7', control: 0, interference_budget: 'off', capture: 'all' },
      shadows: [{ version: '8', sample: 1, isolation: 'process', memory_limit: 2 ** 30, deadline: 600_000 }],
      readiness: { label_maturity: 0, margin: 0.02 },
      dynamic_batching: { max_batch_size: 128, max_queue_delay_microseconds: 0, max_queue_size: 2048 },
    });
  });

  it.each([
    [['fraud', '7', '10'], /^there is no version 10 of model fraud; there are 7, 8, 9$/],
    [
      ['fraud', '8', '8'],
      /^a replay compares two versions of model fraud, say which with --primary and --shadow; there are 7, 8, 9$/,
    ],
    [['alone'], /^a replay compares two versions of model alone, .*; there are 1$/],
    [['froud'], /^no model in .* is called "froud"; there are alone, broken, fraud$/],
    [[null], /^say which model with --model: alone, broken, fraud$/],
    [['broken'], /unknown key "colour"/],
  ] as const)(
    'are not there for %j: a sentence says so',
    async ([model, primary = null, shadow = null], sentence) => {
      await expect(asked(model, primary, shadow)).rejects.toThrow(sentence);
    },
  );
});
