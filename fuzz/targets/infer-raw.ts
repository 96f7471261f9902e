import { decodeRawRequest } from '../../src/protocol/decode-raw-request.ts';
import type { FuzzTarget } from '../engine/fuzz-target.ts';
import { checkBytes } from '../oracles/plain-tensor.ts';
import { checkSame, misaligned, outcomeOf } from '../oracles/refusal.ts';
import { chosenSignature } from '../oracles/signatures.ts';

/** Raw binary requests: the body is the only input; the first byte chooses the model. */
export const target: FuzzTarget = {
  seeds: ['0............', '4hé😀', '5', '6................', '7..', '1....'],
  run(input) {
    const { signature, body } = chosenSignature(input);
    const outcome = outcomeOf(() => decodeRawRequest(body, signature));
    checkSame(
      outcome,
      outcomeOf(() => decodeRawRequest(misaligned(body), signature)),
      'misaligned',
    );
    if (outcome.kind === 'refused') return;
    const [tensor] = outcome.value.inputs;
    if (tensor!.datatype !== 'BYTES') return checkBytes(tensor!, body);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(body.length);
    checkBytes(tensor!, Buffer.concat([length, body]));
  },
};
