import type { FuzzTarget } from '../../../fuzz/engine/fuzz-target.ts';
import { decode } from './faulty-decoder.ts';

export const target: FuzzTarget = {
  seeds: ['F000'],
  run(input) {
    decode(input);
  },
};
