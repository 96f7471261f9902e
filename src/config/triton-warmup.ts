import type { TritonFields } from './triton-fields.ts';

/** `model_warmup` of a `config.pbtxt`, as a `deployment.yaml` would say it; a remark for each sample that counts for nothing. */
export function tritonWarmup(fields: TritonFields, file: string, remarks: string[]): object[] {
  return fields.messages('model_warmup').flatMap((sample) => {
    const name = sample.text('name') ?? '';
    const batchSize = sample.integer('batch_size') ?? 0;
    const count = sample.integer('count') || undefined;
    const inputs = sample.entries('inputs').map(([key, input]) => [key, warmupInput(input)]);
    if (batchSize === 0) {
      remarks.push(`${file}: the warm-up sample "${name}" has no batch_size, so it is not run, as in Triton`);
      return [];
    }
    return {
      ...{ name, batch_size: batchSize, inputs: Object.fromEntries(inputs) },
      ...(count === undefined ? {} : { count }),
    };
  });
}

function warmupInput(fields: TritonFields): object {
  const datatype = fields.text('data_type');
  const dims = fields.integers('dims');
  // Their value is not looked at in Triton either: to name them is to ask for them.
  const ways = ['zero_data', 'random_data'].filter((way) => fields.has(way));
  fields.skip(...ways);
  const file = fields.text('input_data_file');
  return {
    ...(datatype === undefined ? {} : { data_type: datatypeOf(datatype) }),
    ...(dims.length === 0 ? {} : { dims }),
    ...Object.fromEntries(ways.map((way) => [way, true])),
    ...(file === undefined ? {} : { input_data_file: file }),
  };
}

/** `TYPE_FP32` is FP32. What is none is left to be refused where it is checked. */
function datatypeOf(name: string): string {
  return name === 'TYPE_STRING' ? 'BYTES' : name.replace(/^TYPE_/, '');
}
