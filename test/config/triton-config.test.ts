import { describe, expect, it } from 'vitest';
import { readSettings } from '../../src/config/read-settings.ts';
import { readTritonConfig } from '../../src/config/triton-config.ts';

const read = (text: string) => readTritonConfig(text, 'f.pbtxt');
const remarksOf = (text: string) => read(text).remarks;

/** As people write them. */
const usual = `
name: "fraud"
platform: "onnxruntime_onnx"
max_batch_size : 16
input [
  {
    name: "x"
    data_type: TYPE_FP32
    dims: [ 12 ]
  }
]
output [ { name: "label" data_type: TYPE_INT64 dims: [ 1 ] } ]
dynamic_batching {
  max_queue_delay_microseconds: 500
  priority_levels: 4
  default_priority_level: 2
  default_queue_policy { max_queue_size: 300 }
}
instance_group [
  { count: 2 kind: KIND_CPU }
]
parameters { key: "intra_op_thread_count" value: { string_value: "3" } }
`;

describe('a config.pbtxt', () => {
  it('says what a deployment.yaml would, and nothing is left over', () => {
    expect(read(usual)).toEqual({
      settings: {
        dynamic_batching: {
          ...{ max_batch_size: 16, max_queue_delay_microseconds: 500, max_queue_size: 300 },
          ...{ priority_levels: 4, default_priority_level: 2 },
        },
        instance_group: { count: 2, execution_provider: 'cpu', threads: 3 },
      },
      remarks: [],
    });
  });

  it('says what a version is to warm up with', () => {
    const text = `model_warmup [
      { name: "a" batch_size: 4 count: 2 inputs { key: "x" value: { data_type: TYPE_FP32 dims: [ 12 ] random_data: false } } },
      { name: "b" batch_size: 1 inputs: [ { key: "t" value { data_type: TYPE_STRING input_data_file: "t.bin" } } ] }
    ]`;
    const samples = [
      {
        name: 'a',
        batch_size: 4,
        count: 2,
        inputs: { x: { data_type: 'FP32', dims: [12], random_data: true } },
      },
      { name: 'b', batch_size: 1, inputs: { t: { data_type: 'BYTES', input_data_file: 't.bin' } } },
    ];
    expect(read(text)).toEqual({ settings: { model_warmup: samples }, remarks: [] });
    const { config } = readSettings(null, { path: 'f.pbtxt', text });
    expect(config.model_warmup).toEqual([samples[0], { ...samples[1], count: 1 }]);
  });

  it.each([
    ['max_batch_size: 0', { dynamic_batching: { max_batch_size: 1 } }],
    ['dynamic_batching { }', {}],
    [
      'instance_group { kind: KIND_GPU gpus: [ 1 ] }',
      { instance_group: { execution_provider: 'cuda', device: 1 } },
    ],
    ['instance_group { kind: KIND_AUTO }', { instance_group: { execution_provider: 'auto' } }],
    ['backend: "onnxruntime"', {}],
    ['', {}],
  ])('that says %j says %j', (text, settings) => {
    expect(read(text)).toEqual({ settings, remarks: [] });
  });

  it.each([
    [
      'dynamic_batching { preferred_batch_size: [ 4, 8 ] preserve_ordering: true }\nversion_policy: { all { } }',
      'f.pbtxt says what is not supported here and counts for nothing: version_policy, dynamic_batching.preferred_batch_size, dynamic_batching.preserve_ordering',
    ],
    [
      'dynamic_batching { default_queue_policy { timeout_action: DELAY default_timeout_microseconds: 5 } }',
      'f.pbtxt says what is not supported here and counts for nothing: dynamic_batching.default_queue_policy.timeout_action, dynamic_batching.default_queue_policy.default_timeout_microseconds',
    ],
    [
      'sequence_batching { }',
      'f.pbtxt says what is not supported here and counts for nothing: sequence_batching',
    ],
    [
      'optimization { execution_accelerators { gpu_execution_accelerator: [ { name: "tensorrt" } ] } }',
      'f.pbtxt says what is not supported here and counts for nothing: optimization',
    ],
    [
      'parameters { key: "enable_mem_arena" value { string_value: "1" } }',
      'f.pbtxt says what is not supported here and counts for nothing: parameters["enable_mem_arena"]',
    ],
    [
      'instance_group [ { count: 1 rate_limiter { } }, { count: 2 kind: KIND_GPU } ]',
      'f.pbtxt has 2 instance groups, and there is one here: the first counts',
    ],
    ['instance_group { gpus: [ 2, 3 ] }', 'f.pbtxt names 2 GPUs, and a model is on one here: on 2'],
    [
      'instance_group { kind: KIND_MODEL }',
      'f.pbtxt: instance_group.kind KIND_MODEL is not known here, so it is auto; there are KIND_AUTO, KIND_CPU, KIND_GPU',
    ],
    [
      'model_warmup { name: "a" inputs { key: "x" value { zero_data: true } } }',
      'f.pbtxt: the warm-up sample "a" has no batch_size, so it is not run, as in Triton',
    ],
    [
      'model_warmup { name: "a" batch_size: 1 next_year: 1 inputs { key: "x" value { zero_data: true layout: NCHW } } }',
      'f.pbtxt says what is not supported here and counts for nothing: model_warmup.next_year, model_warmup.inputs.value.layout',
    ],
    [
      'platform: "tensorrt_plan"',
      'f.pbtxt says platform "tensorrt_plan", and models are served by ONNX Runtime',
    ],
    [
      'a_field_of_next_year: 7',
      'f.pbtxt says what is not supported here and counts for nothing: a_field_of_next_year',
    ],
  ])('has what is not supported named: %s', (text, remark) => {
    expect(remarksOf(text)).toContain(remark);
  });

  it('is not told of for a field that has the value it has anyway', () => {
    expect(remarksOf('dynamic_batching { preserve_ordering: false } default_model_filename: ""')).toEqual([]);
  });

  it.each([
    ['max_batch_size: many', 'f.pbtxt: max_batch_size: expected a whole number'],
    ['instance_group: 2', 'f.pbtxt: instance_group: expected a message in braces'],
    ['max_batch_size: [', 'f.pbtxt: line 1: word was expected, not "the end"'],
  ])('that is wrong is refused with the sentence: %s', (text, sentence) => {
    expect(() => read(text)).toThrow(sentence);
  });
});

describe('the settings of a model', () => {
  const both = (yaml: string, triton: string) =>
    readSettings({ path: 'd.yaml', text: yaml }, { path: 'f.pbtxt', text: triton });

  it('are those of deployment.yaml, key by key, over those of config.pbtxt', () => {
    const { config } = both('dynamic_batching: {max_batch_size: 4}\ncontrol: 1%\n', usual);
    expect(config.dynamic_batching).toMatchObject({ max_batch_size: 4, max_queue_size: 300 });
    expect(config.instance_group).toMatchObject({ count: 2, threads: 3, device: 0 });
    expect(config.control).toBe(0.01);
  });

  it('have the hash of the file that may say roles', () => {
    const { hash } = both('control: 1%', usual);
    expect(both('control: 1%', 'max_batch_size: 3').hash).toBe(hash);
    expect(readSettings(null, { path: 'f.pbtxt', text: usual })).toMatchObject({ hash: null, remarks: [] });
  });

  it.each([
    ['control: 1%', 'max_batch_size: 100000', /^f\.pbtxt: dynamic_batching\.max_batch_size: /],
    ['dynamic_batching: 3', 'max_batch_size: 10', /^d\.yaml: dynamic_batching: /],
    ['- 1', 'max_batch_size: 10', /^d\.yaml: /],
    [
      '',
      'model_warmup { name: "a" batch_size: 1 inputs { key: "x" value { data_type: TYPE_BF16 zero_data: true } } }',
      /^f\.pbtxt: model_warmup\[0\]\.inputs\.x\.data_type: expected one of BOOL, /,
    ],
  ])('are refused in the name of the file that is wrong: %j over %j', (yaml, triton, sentence) => {
    expect(() => both(yaml, triton)).toThrow(sentence);
  });
});
