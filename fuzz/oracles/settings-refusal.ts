import { sentenceOf } from '../../src/errors.ts';
import { checkSentence } from './refusal.ts';

/** Several things may be wrong at once, and each is told with all that would be right. */
const longestSentence = 6000;

/**
 * Files of settings are refused with a plain Error that names the file: whoever reads them says so in the log and goes on without them.
 *
 * @throws every other error, and what is behind one that was wrapped
 */
export function checkSettingsRefusal(error: unknown, path: string): void {
  for (let one = error; one !== undefined; one = one instanceof Error ? one.cause : undefined) {
    if (!(one instanceof Error) || one.constructor !== Error) throw error;
  }
  const { message } = error as Error;
  if (!message.startsWith(path)) throw new Error(`the file is not named: ${message}`, { cause: error });
  // What the YAML library found is quoted as it stands there, tabs and all.
  checkSentence(sentenceOf(error).replaceAll('\t', ' '), longestSentence);
}
