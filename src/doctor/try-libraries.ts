import { z } from 'zod';
import { fateOf, runTrial } from './run-trial.ts';

const answerSchema = z.array(z.strictObject({ name: z.string(), failure: z.string().nullable() }));
const limitMs = 30_000;

/** By name or path: null where the library could be loaded, else why not. */
export type LibraryTrials = ReadonlyMap<string, string | null>;

export async function tryLibraries(names: readonly string[]): Promise<LibraryTrials> {
  if (names.length === 0) return new Map();
  const module = new URL('./library-trial.ts', import.meta.url);
  const outcome = await runTrial(module, names, answerSchema, limitMs);
  if (outcome.kind === 'answered') return new Map(outcome.answer.map(({ name, failure }) => [name, failure]));
  return new Map(names.map((name) => [name, `loading ${names.join(', ')} ${fateOf(outcome)}`]));
}
