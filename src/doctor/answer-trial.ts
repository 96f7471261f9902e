import { sentenceOf } from '../errors.ts';

/** The child's side of `runTrial`: takes the input, tries, and tells the parent what came of it. */
export function answerTrial(attempt: (input: unknown) => unknown): void {
  process.once('message', async (received: { readonly input: unknown }) => {
    let told: { answer: unknown } | { failure: string };
    try {
      told = { answer: await attempt(received.input) };
    } catch (error) {
      told = { failure: sentenceOf(error).split('\n', 1)[0]! };
    }
    process.send?.(told);
  });
}
