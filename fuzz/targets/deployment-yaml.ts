import { readSettings } from '../../src/config/read-settings.ts';
import type { FuzzTarget } from '../engine/fuzz-target.ts';
import { checkSettingsRefusal } from '../oracles/settings-refusal.ts';

const path = 'fraud/deployment.yaml';
const triton = {
  path: 'fraud/config.pbtxt',
  text: 'max_batch_size: 8 instance_group [{ count: 2 }]',
};

/** `deployment.yaml`, alone and over a `config.pbtxt`. */
export const target: FuzzTarget = {
  seeds: [
    'primary: 7\nshadows: [{version: 8, sample: 25%, isolation: process, deadline: 2s, memory_limit: 1GiB}]\ncontrol: 1%\n',
    'task: regression\noutputs: {value: y}\nsegments:\n  country: {}\n  age_band: {input: x, column: 3, bins: [30, 45, 65]}\n',
    'readiness: {samples_per_segment: 100, cycle: 7d, label_maturity: 2d, margin: 0.01, alpha: 0.05}\ncapture: all\n',
    'instance_group: {count: 1, execution_provider: auto, device: 0, threads: auto}\ndynamic_batching:\n  max_batch_size: 64\n',
    'shadows:\n- version: 8\n  sample:\n    rate: 10%\n    segments: {country: {DE: 50%}}\nprice: {cpu_hour: 0.05, gpu_hour: 1}\ninterference_budget: off\n',
    'a: &a [1, 2]\nb: *a\n? {c: d}\n: e\n',
  ],
  words: [
    '&a',
    '*a',
    '<<: ',
    '!!binary ',
    '!!set ',
    '? ',
    '- ',
    '|\n ',
    '>-\n ',
    '{',
    '}',
    '%',
    '\n  ',
    '~',
    '.inf',
    '---\n',
    '__proto__: ',
  ],
  run(input) {
    const file = { path, text: input.toString() };
    for (const below of [null, triton]) {
      try {
        readSettings(file, below);
      } catch (error) {
        checkSettingsRefusal(error, path);
      }
    }
  },
};
