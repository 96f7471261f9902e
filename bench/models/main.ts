import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { benchModels } from './catalogue.ts';
import { chosenModels } from './chosen-models.ts';
import { usualTable } from './embedding-table.ts';
import { SeededWeights } from './seeded-weights.ts';
import { writeModel } from './write-model.ts';

/**
 * Writes the bench's models into a model repository: `node bench/models/main.ts --out DIR` [--only resnet50,bert-mini]
 * [--shadow] [--seed n] [--table-rows n]. `--shadow` adds version 2 with other weights, which becomes the shadow by
 * convention. The same seed gives the same bytes.
 */
const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    only: { type: 'string', default: '' },
    shadow: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    'table-rows': { type: 'string', default: String(usualTable.rows) },
  },
});

function wholeNumber(option: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new Error(`${option} is ${text}; it must be a whole number above 0`);
}

if (values.out === undefined)
  throw new Error('--out is missing: the folder of the model repository to write');
const { out } = values;
const seed = wholeNumber('--seed', values.seed);
const rows = wholeNumber('--table-rows', values['table-rows']);
const all = benchModels({ ...usualTable, rows });
const table = new Table({
  head: ['model', 'version', 'parameters', 'MB', 'seconds', 'SHA-256'],
  style: { head: [], border: [], compact: true },
});
for (const model of chosenModels(all, values.only)) {
  for (const version of values.shadow ? [1, 2] : [1]) {
    process.stderr.write(`${model.name}, version ${version}\n`);
    const begin = performance.now();
    const weights = new SeededWeights(seed + version - 1);
    const written = await writeModel(join(out, model.name, String(version)), model.build(weights));
    table.push([
      model.name,
      version,
      weights.parameters.toLocaleString('en-US'),
      (written.bytes / 1e6).toFixed(2),
      ((performance.now() - begin) / 1000).toFixed(1),
      written.sha256.slice(0, 16),
    ]);
  }
  if (model.deployment !== null) {
    await writeFile(join(out, model.name, 'deployment.yaml'), model.deployment);
  }
}
process.stdout.write(`${table.toString()}\n`);
