import { decodePredictRequest } from '../../src/protocol/decode-predict-request.ts';
import type { ModelSignature } from '../../src/protocol/signature.ts';
import type { FuzzTarget } from '../engine/fuzz-target.ts';
import { flattened, Literal, type PlainJson, plainJson } from '../oracles/plain-json.ts';
import { checkElements } from '../oracles/plain-tensor.ts';
import { checkSame, misaligned, outcomeOf } from '../oracles/refusal.ts';
import { chosenSignature } from '../oracles/signatures.ts';

type Row = PlainJson[] | Record<string, PlainJson>;

/** The short form against `JSON.parse`; the first byte chooses the model. */
export const target: FuzzTarget = {
  seeds: [
    '0{"id":"r","features":[{"age":33,"amount":1.5,"é":-2},{"é":1e2,"amount":0,"age":1}],"segments":{"country":"DE","n":1,"b":true},"entity":"u","timestamp":"2026-11-23T15:11:00Z"}',
    '0{"features":{"age":1,"amount":2,"\\u00e9":3}}',
    '0{"features":[[1,2,3],[4,5,6]]}',
    '0{"features":[1,2,3],"id":null,"entity":null,"timestamp":null,"segments":null}',
    '0{"features":{"x":[1,2,3]}}',
    '1{"features":[{"x":[1,2],"id":3,"ok":true,"text":"a"}]}',
    '2{"features":{"a":[1,2],"b":[[1]],"c":5,"d":[7]}}',
    '4{"features":["a"]}',
    '6{"features":[[[1,2],[3,4]]]}',
    '7{"features":7}',
  ],
  words: ['"features":', '"x":[', '"age":', '"amount":', '"é":', '[[', ']]'],
  run(input) {
    const { signature, body } = chosenSignature(input);
    const outcome = outcomeOf(() => decodePredictRequest(body, signature));
    checkSame(
      outcome,
      outcomeOf(() => decodePredictRequest(misaligned(body), signature)),
      'misaligned',
    );
    if (outcome.kind === 'refused') return;
    const { features } = plainJson(body) as { features: PlainJson };
    const rows = (Array.isArray(features) && isRow(features[0]) ? features : [features]) as Row[];
    for (const tensor of outcome.value.inputs) {
      checkElements(
        tensor,
        rows.flatMap((row) => valuesOf(row, tensor.name, signature)),
      );
    }
  },
};

/** Of an object, or of numbers that lie as deep as they do: their order is the same either way. */
function isRow(first: PlainJson | undefined): boolean {
  return Array.isArray(first) || (typeof first === 'object' && first !== null && !(first instanceof Literal));
}

function valuesOf(row: Row, input: string, { featureNames }: ModelSignature): PlainJson[] {
  if (Array.isArray(row)) return flattened(row);
  const own = row[input];
  if (own === undefined) return featureNames!.map((name) => row[name]!);
  return flattened(own);
}
