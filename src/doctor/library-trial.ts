import { z } from 'zod';
import { sentenceOf } from '../errors.ts';
import { answerTrial } from './answer-trial.ts';

/** Child process that has the system's loader load libraries, where it looks for them and with all they need. */
const namesSchema = z.array(z.string());

answerTrial((input) => namesSchema.parse(input).map((name) => ({ name, failure: load(name) })));

/** Null where it could be loaded. Node says that it is no addon then, which it is not. */
function load(name: string): string | null {
  try {
    process.dlopen({ exports: {} }, name);
    return null;
  } catch (error) {
    const sentence = sentenceOf(error).split('\n', 1)[0]!;
    return /did not self-register|No such module was found|register itself/i.test(sentence) ? null : sentence;
  }
}
