import { move, transferableSymbol, valueSymbol } from 'piscina';
import type { WorkerAnswer } from './worker-task.ts';

/** Piscina's way of returning a value together with what is to be moved rather than copied. */
export function transferring(value: WorkerAnswer, buffers: readonly ArrayBufferLike[]): WorkerAnswer {
  const movable = { [transferableSymbol]: buffers, [valueSymbol]: value };
  return move(movable as unknown as ArrayBuffer) as unknown as WorkerAnswer;
}
