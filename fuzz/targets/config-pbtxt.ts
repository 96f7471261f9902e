import { readSettings } from '../../src/config/read-settings.ts';
import type { FuzzTarget } from '../engine/fuzz-target.ts';
import { checkSettingsRefusal } from '../oracles/settings-refusal.ts';

const path = 'fraud/config.pbtxt';

/** Triton's `config.pbtxt`. */
export const target: FuzzTarget = {
  seeds: [
    'name: "fraud"\nplatform: "onnxruntime_onnx"\nmax_batch_size: 8\ninput [{ name: "x" data_type: TYPE_FP32 dims: [ 4 ] }]\n',
    'dynamic_batching { max_queue_delay_microseconds: 100 preferred_batch_size: [4, 8] priority_levels: 3; default_priority_level: 2 default_queue_policy < max_queue_size: 16 > }',
    'instance_group [ { count: 2 kind: KIND_GPU gpus: [ 0, 1 ] }, { kind: KIND_CPU } ]\nparameters { key: "intra_op_thread_count" value: { string_value: "4" } }',
    '# comment\n[a.b/c]: \'x\' "\\n\\x41\\101" max_batch_size: -1',
  ],
  words: [
    'instance_group [',
    'max_batch_size:',
    'dynamic_batching {',
    'parameters {',
    'KIND_AUTO',
    'version_policy:',
    '{}',
  ],
  run(input) {
    try {
      const { remarks } = readSettings(null, { path, text: input.toString() });
      if (!remarks.every((remark) => remark.startsWith(path))) throw new TypeError('a remark names no file');
    } catch (error) {
      checkSettingsRefusal(error, path);
    }
  },
};
