import { decodeInferRequest } from '../../src/protocol/decode-infer-request.ts';
import type { FuzzTarget } from '../engine/fuzz-target.ts';
import { flattened, type Literal, type PlainJson, plainJson } from '../oracles/plain-json.ts';
import { checkBytes, checkElements } from '../oracles/plain-tensor.ts';
import { checkSame, misaligned, outcomeOf } from '../oracles/refusal.ts';
import { chosenSignature } from '../oracles/signatures.ts';

interface PlainInput {
  readonly name: string;
  readonly data?: PlainJson;
  readonly parameters?: { readonly binary_data_size?: Literal };
}

/** Requests with Triton's binary tensor data against a `DataView`; the first byte chooses the model, the JSON ends at the first NUL. */
export const target: FuzzTarget = {
  seeds: [
    Buffer.concat([
      Buffer.from(
        '0{"inputs":[{"name":"x","shape":[1,3],"datatype":"FP32","parameters":{"binary_data_size":12}}],"outputs":[{"name":"label"}]}\0',
      ),
      Buffer.alloc(12, 1),
    ]),
    Buffer.concat([
      Buffer.from(
        '1{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","parameters":{"binary_data_size":8}},{"name":"id","shape":[1],"datatype":"INT64","data":[1]},' +
          '{"name":"ok","shape":[1],"datatype":"BOOL","parameters":{"binary_data_size":1}},{"name":"text","shape":[1],"datatype":"BYTES","parameters":{"binary_data_size":6}}]}\0',
      ),
      Buffer.of(0, 0, 0x80, 0x3f, 0, 0, 0xc0, 0x7f, 1, 2, 0, 0, 0, 0x68, 0x69),
    ]),
    Buffer.concat([
      Buffer.from(
        '3{"inputs":[{"name":"d","shape":[1,1],"datatype":"FP64","parameters":{"binary_data_size":8}},{"name":"h","shape":[2],"datatype":"FP16","parameters":{"binary_data_size":4}}]}\0',
      ),
      Buffer.alloc(12, 2),
    ]),
    Buffer.concat([
      Buffer.from(
        '2{"inputs":[{"name":"a","shape":[2],"datatype":"INT8","parameters":{"binary_data_size":2}},{"name":"b","shape":[1,2],"datatype":"UINT16","parameters":{"binary_data_size":4}},' +
          '{"name":"c","shape":[],"datatype":"INT32","parameters":{"binary_data_size":4}},{"name":"d","shape":[1,1],"datatype":"UINT64","parameters":{"binary_data_size":8}}]}\0',
      ),
      Buffer.alloc(18, 3),
    ]),
    Buffer.concat([
      Buffer.from(
        '4{"inputs":[{"name":"text","shape":[2,1],"datatype":"BYTES","parameters":{"binary_data_size":12}}]}\0',
      ),
      Buffer.of(2, 0, 0, 0, 0xc3, 0xa9, 2, 0, 0, 0, 0x61, 0x62),
    ]),
  ],
  words: ['"parameters":{"binary_data_size":', '"binary_data_size":4', '"binary_data_output":true', '\0'],
  run(input) {
    const { signature, body: whole } = chosenSignature(input);
    const end = whole.indexOf(0);
    if (end === -1) return;
    const body = Buffer.concat([whole.subarray(0, end), whole.subarray(end + 1)]);
    const outcome = outcomeOf(() => decodeInferRequest(body, end, signature));
    checkSame(
      outcome,
      outcomeOf(() => decodeInferRequest(misaligned(body), end, signature)),
      'misaligned',
    );
    if (outcome.kind === 'refused' || end === 0) return;
    const { inputs } = plainJson(body.subarray(0, end)) as unknown as { inputs: PlainInput[] };
    let at = end;
    for (const { name, data, parameters } of inputs) {
      const tensor = outcome.value.inputs.find((one) => one.name === name)!;
      if (data !== undefined) {
        checkElements(tensor, flattened(data));
        continue;
      }
      const size = Number(parameters!.binary_data_size!.text);
      checkBytes(tensor, body.subarray(at, at + size));
      at += size;
    }
    if (at !== body.length) throw new Error(`${body.length - at} bytes belong to no input`);
  },
};
