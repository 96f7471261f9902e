import type { FuzzTarget } from '../../../fuzz/engine/fuzz-target.ts';
import { grow } from './faulty-decoder.ts';

export const target: FuzzTarget = {
  seeds: ['A'],
  run(input) {
    grow(input);
  },
};
