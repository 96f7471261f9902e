import { z } from 'zod';
import { readJsonFile } from '../read-json-file.ts';
import { type SuiteResult, suiteResultSchema } from './suite-result.ts';

/** Throws with a sentence for people where the file is no result of this version. */
export async function readSuiteResult(path: string): Promise<SuiteResult> {
  const parsed = suiteResultSchema.safeParse(await readJsonFile(path));
  if (parsed.success) return parsed.data;
  throw new Error(`${path} is no result of --json of this version: ${z.prettifyError(parsed.error)}`);
}
