import { describe, expect, it } from 'vitest';
import { defaultDeployment, readDeployment } from '../../src/config/read-deployment.ts';

const sentence = (text: string): string => {
  try {
    readDeployment(text, 'models/fraud/deployment.yaml');
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it was accepted');
};

describe('a deployment.yaml', () => {
  it('is read with everything the design shows in it', () => {
    const { config } = readDeployment(
      `primary: 7
shadows: [{version: 8, sample: 25%, isolation: thread}]
control: 1%
task: classification
outputs: {label: label, scores: probabilities}
segments:
  country: {}
  age_band: {input: x, column: 3, bins: [30, 45, 65]}
readiness: {samples_per_segment: 10000, cycle: 7d, label_maturity: 2d, margin: 0.01, alpha: 0.05}
instance_group: {count: 1, execution_provider: auto, device: 0, threads: 1}
dynamic_batching: {max_batch_size: 64, max_queue_delay_microseconds: 0, max_queue_size: 1024}
capture: none
`,
      'f',
    );
    expect(config.primary).toBe('7');
    expect(config.shadows).toEqual([
      { version: '8', sample: 0.25, isolation: 'thread', deadline: 10_000, paused: false },
    ]);
    expect(config.control).toBe(0.01);
    expect(config.readiness.label_maturity).toBe(2 * 86_400_000);
    expect(config.segments.age_band).toEqual({ input: 'x', column: 3, bins: [30, 45, 65] });
  });

  it('may be empty, and then says what no file says', () => {
    expect(readDeployment('', 'f').config).toEqual(defaultDeployment);
    expect(defaultDeployment.instance_group).toEqual({
      count: 1,
      execution_provider: 'auto',
      device: 0,
      threads: 1,
    });
  });

  it.each([
    ['25%', 0.25],
    ['0.1', 0.1],
    ['{budget: 25%}', { budget: { kind: 'share', share: 0.25 }, least: 0.01 }],
    ['{budget: 0.5%}', { budget: { kind: 'share', share: 0.005 }, least: 0.005 }],
    ['{budget: 500/s, least: 2%}', { budget: { kind: 'rows_per_second', rowsPerSecond: 500 }, least: 0.02 }],
  ])('may give a shadow the sample %s', (text, expected) => {
    const { config } = readDeployment(`shadows: [{version: 8, sample: ${text}}]`, 'f');
    expect(config.shadows?.[0]?.sample).toEqual(expected);
  });

  it.each([
    [
      'dynamic_batching: {priority_levels: 3, default_priority_level: 4}',
      /dynamic_batching\.default_priority_level: expected a level that is there: at most priority_levels/,
    ],
    ['shadows: [{version: 8, sample: 120%}]', /shadows\[0\]\.sample: expected a share from 0% to 100%/],
    ['shadows: [{version: 8, sample: [25%]}]', /sample: expected a share such as 25%, or a budget/],
    ['shadows: [{version: 8, sample: {}}]', /sample: a budget is missing: \{budget: 25%\}/],
    [
      'model_warmup: [{name: a, inputs: {x: {dims: [4]}}}]',
      /model_warmup\[0\]\.inputs\.x: expected one of zero_data, random_data, input_data_file/,
    ],
    [
      'model_warmup: [{name: a, inputs: {x: {zero_data: true, random_data: true}}}]',
      /model_warmup\[0\]\.inputs\.x: expected one of zero_data/,
    ],
    [
      'model_warmup: [{name: a, inputs: {x: {zero: true}}}]',
      /model_warmup\[0\]\.inputs\.x: unknown key "zero"; allowed are data_type, dims, zero_data/,
    ],
    [
      'model_warmup: [{name: a, inputs: {}}, {name: a, inputs: {}}]',
      /model_warmup: expected names that differ/,
    ],
    ['model_warmup: [{name: a, count: 2000, inputs: {}}]', /count: expected a number of runs from 1 to 1000/],
    [
      'shadows: [{version: 8, sample: {budgett: 25%}}]',
      /shadows\[0\]\.sample: unknown key "budgett"; allowed are budget, least/,
    ],
    [
      'shadows: [{version: 8, sample: {budget: 500}}]',
      /shadows\[0\]\.sample\.budget: expected a share of all rows above 0%, such as 25%, or rows per second/,
    ],
    ['shadows: [{version: 8, sample: {budget: 0/s}}]', /sample\.budget: expected .* rows per second/],
    ['shadows: [{version: 8, sample: {budget: 0%}}]', /sample\.budget: expected a share .* above 0%/],
    [
      'shadows: [{version: 8, sample: {budget: 5%, least: 10%}}]',
      /sample\.least: 10% of every request is more than the budget of 5%/,
    ],
    ['shadows: [{version: 8, sample: {budget: 5%, least: 0%}}]', /sample\.least: expected a share above 0%/],
    ['shadows: [{version: 8, sample: {budget: 5%, least: 2/s}}]', /sample\.least: expected a share/],
    [
      'primry: 7',
      /models\/fraud\/deployment\.yaml: \(top level\): unknown key "primry"; allowed are primary, shadows/,
    ],
    [
      'shadows: [{version: 8, smple: 1}]',
      /shadows\[0\]: unknown key "smple"; allowed are version, sample, isolation/,
    ],
    ['control: 300%', /control: expected a share from 0% to 100%/],
    [
      'instance_group: {execution_provider: gpu}',
      /instance_group\.execution_provider: expected one of auto, cpu, cuda/,
    ],
    [
      'segments: {country: {inputt: x}}',
      /segments\.country: unknown key "inputt"; allowed are input, column, bins/,
    ],
    ['segments: {Country: {}}', /segments\.Country: a segment name is lower case/],
    ['segments: {"a\\nb": {}}', /segments\["a\\nb"\]: a segment name is lower case/],
    ['a: *b', /fraud\/deployment\.yaml is not valid YAML: Unresolved alias .*: b$/],
    [
      `segments: {a: {input: x, bins: [${'a, '.repeat(500)}1]}}`,
      /^[^;]*segments\.a\.bins\[0\]: (?:[^;]+; ){8}and 492 more$/,
    ],
    [
      `{${Array.from({ length: 100 }, (_, i) => `"key${i}": 1`)}}`,
      /"key11" and 88 more; allowed are primary/,
    ],
    ['readiness: {cycle: 7}', /readiness\.cycle: expected a duration such as 7d/],
    ['segments: {a: {input: x, bins: [3, 2]}}', /segments\.a\.bins: expected ascending edges/],
    [
      'segments: {a: {bins: [3]}}',
      /segments\.a: column and bins say how an input is read: name it with input/,
    ],
    ['task: clustering', /task: expected one of auto, classification, regression, embedding, ranking/],
    ['outputs: {k: 0}', /outputs\.k: /],
    ['outputs: {k: 101}', /outputs\.k: /],
    ['outputs: {vector: v}', /outputs: unknown key "vector"; allowed are label, .*embedding, items, k/],
    ['tolerance: {cosine: 1.5}', /tolerance\.cosine: /],
    ['tolerance: {overlap: 0}', /tolerance\.overlap: /],
    ['shadows: [{version: eight}]', /shadows\[0\]\.version: expected a version/],
    ['shadows: [{version: 8, isolation: pod}]', /isolation: expected one of thread, process/],
    [
      'shadows: [{version: 8, memory_limit: 2GiB}]',
      /shadows\[0\]\.memory_limit: a memory limit needs isolation: process/,
    ],
    ['shadows: [{version: 8, isolation: process, memory_limit: 2}]', /memory_limit: expected a size such as/],
    ['shadows: [{version: 8, deadline: 3}]', /deadline: expected a duration such as/],
    ['instance_group: {threads: all}', /instance_group\.threads: expected .*auto/],
    ['interference_budget: never', /interference_budget: expected .*off/],
    ['breaker: {failures: 0}', /breaker\.failures/],
    ['price: {cpu_hour: -1}', /price\.cpu_hour: expected a price of an hour, a number such as 0\.05/],
    ['price: {gpu_hour: dear}', /price\.gpu_hour: expected a price of an hour, a number such as 0\.05/],
    ['outputs: {k: 0}', /outputs\.k: expected a whole number from 1 to 100/],
    ['outputs: {k: many}', /outputs\.k: expected a whole number from 1 to 100/],
    ['primary: 7\nprimary: 8', /not valid YAML: Map keys must be unique/],
    ['a: [', /not valid YAML/],
  ])('that says %j is refused with its path and what is allowed', (text, expected) => {
    expect(sentence(text)).toMatch(expected);
  });
});
