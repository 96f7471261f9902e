import type { FuzzTarget } from '../../../fuzz/engine/fuzz-target.ts';
import { decode } from './faulty-decoder.ts';

export const target: FuzzTarget = {
  seeds: ['FUZ?'],
  run(input) {
    decode(input);
  },
};
