import { sentenceOf } from '../../errors.ts';

/** Whether piscina rejected a task because its worker ended, rather than because the task threw. */
export function isDeath(error: unknown): boolean {
  return isOutOfMemory(error) || (error instanceof Error && /^worker exited with code/.test(error.message));
}

export function deathSentence(error: unknown): string {
  return isOutOfMemory(error)
    ? 'its worker ran out of heap memory'
    : `its worker ended: ${sentenceOf(error)}`;
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}
