import { decodeInferRequest } from '../../src/protocol/decode-infer-request.ts';
import type { InferRequest } from '../../src/protocol/infer-request.ts';
import { scanSchedule } from '../../src/protocol/scan-schedule.ts';
import type { FuzzTarget } from '../engine/fuzz-target.ts';
import { flattened, Literal, type PlainJson, plainJson } from '../oracles/plain-json.ts';
import { checkElements } from '../oracles/plain-tensor.ts';
import { checkSame, misaligned, outcomeOf } from '../oracles/refusal.ts';
import { chosenSignature } from '../oracles/signatures.ts';

/** Requests in JSON against `JSON.parse`; the first byte chooses the model. */
export const target: FuzzTarget = {
  seeds: [
    '0{"id":"r-1","parameters":{"segment.country":"DE","entity":17,"timestamp":"2026-11-23T15:11:00Z","timeout":5,"priority":2},"inputs":[{"name":"x","shape":[2,3],"datatype":"FP32","data":[[1.5,-2e3,0.3],[4,5,6]]}],"outputs":[{"name":"label","parameters":{"binary_data":true}}]}',
    '1{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[1,2]},{"name":"id","shape":[1],"datatype":"INT64","data":[9007199254740993]},{"data":[true],"name":"ok","shape":[1],"datatype":"BOOL"},{"name":"text","shape":[1],"datatype":"BYTES","data":["h\\u00e9 😀"]}]}',
    '2{"inputs":[{"name":"a","shape":[2],"datatype":"INT8","data":[-128,127]},{"name":"b","shape":[1,2],"datatype":"UINT16","data":[65535,1.0]},{"name":"c","shape":[],"datatype":"INT32","data":[1e2]},{"name":"d","shape":[1,1],"datatype":"UINT64","data":[18446744073709551615]}]}',
    '3{"inputs":[{"name":"h","shape":[1],"datatype":"FP16","data":[65504]},{"name":"d","shape":[1,1],"datatype":"FP64","data":[1e-308]}]}',
    '5{"inputs":[{"name":"z","shape":[3,0],"datatype":"UINT8","data":[]}]}',
    '6{"inputs":[{"name":"i","shape":[1,2,2],"datatype":"UINT32","data":[[[1,2],[3,4]]]}]}',
    '7{"inputs":[{"name":"s","shape":[],"datatype":"INT16","data":7}]}',
  ],
  words: [
    '"binary_data_output":true',
    '"parameters":{',
    '"shape":[',
    '"data":[',
    '"segment.a":"b"',
    '"sequence_id":1',
  ],
  run(input) {
    const { signature, body } = chosenSignature(input);
    const outcome = outcomeOf(() => decodeInferRequest(body, null, signature));
    checkSame(
      outcome,
      outcomeOf(() => decodeInferRequest(misaligned(body), null, signature)),
      'misaligned',
    );
    const schedule = scanSchedule(body, body.length);
    if (outcome.kind === 'refused') return;
    const plain = plainJson(body) as Record<string, PlainJson>;
    checkContext(outcome.value, plain);
    const inputs = plain.inputs as { name: string; data: PlainJson }[];
    for (const tensor of outcome.value.inputs) {
      const { data } = inputs.find(({ name }) => name === tensor.name)!;
      checkElements(tensor, flattened(data));
    }
    const parameters = (plain.parameters ?? {}) as Record<string, PlainJson>;
    checkNumber(schedule.priority === 0 ? undefined : schedule.priority, parameters.priority, 'priority');
    checkNumber(schedule.timeoutMicroseconds ?? undefined, parameters.timeout, 'timeout');
  },
};

function checkContext({ id, entity, segments }: InferRequest, plain: Record<string, PlainJson>): void {
  if (id !== null && id !== plain.id) throw new Error(`the id is ${id} instead of ${plain.id}`);
  const parameters = (plain.parameters ?? {}) as Record<string, PlainJson>;
  if (typeof parameters.entity === 'string' && entity !== parameters.entity) {
    throw new Error(`the entity is ${entity} instead of ${parameters.entity}`);
  }
  for (const [key, value] of Object.entries(parameters)) {
    if (!key.startsWith('segment.') || typeof value !== 'string') continue;
    const found = segments?.[key.slice('segment.'.length).toLowerCase()];
    if (found !== value) throw new Error(`${key} is ${found} instead of ${value}`);
  }
}

/** 0 is what says nothing. */
function checkNumber(found: number | undefined, written: PlainJson | undefined, what: string): void {
  const wanted = written instanceof Literal ? Number(written.text) : 0;
  if ((found ?? 0) !== wanted) throw new Error(`the ${what} is ${found} instead of ${wanted}`);
}
