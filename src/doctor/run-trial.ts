import { fork } from 'node:child_process';
import { z } from 'zod';

/** How something went that might have crashed or hung, and was therefore tried in a process of its own. */
export type TrialOutcome<Answer> =
  | { readonly kind: 'answered'; readonly answer: Answer }
  /** It threw, and the sentence is the error's first line; or what it answered cannot be read. */
  | { readonly kind: 'failed'; readonly sentence: string }
  | { readonly kind: 'died'; readonly how: string; readonly lastLine: string | null }
  | { readonly kind: 'hung'; readonly limitMs: number };

const message = z.union([z.strictObject({ answer: z.unknown() }), z.strictObject({ failure: z.string() })]);

/**
 * Runs a module that calls `answerTrial` in a child process and kills it when it takes too long. Does not wait
 * for the child to be gone: one that hangs inside a driver cannot be killed.
 */
export function runTrial<Answer>(
  module: URL,
  input: unknown,
  schema: z.ZodType<Answer>,
  limitMs: number,
): Promise<TrialOutcome<Answer>> {
  return new Promise((resolve) => {
    const child = fork(module, [], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] });
    let lastWords = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      lastWords = `${lastWords}${chunk}`.slice(-4096);
    });
    const end = (outcome: TrialOutcome<Answer>): void => {
      clearTimeout(timer);
      child.removeAllListeners();
      // What a dying child still complains about concerns nobody.
      child.on('error', () => undefined);
      child.kill('SIGKILL');
      child.stderr?.destroy();
      if (child.connected) child.disconnect();
      child.unref();
      resolve(outcome);
    };
    const timer = setTimeout(() => end({ kind: 'hung', limitMs }), limitMs);
    child.on('message', (received) => {
      const told = message.safeParse(received);
      if (!told.success) end(unreadable(told.error));
      else if ('failure' in told.data) end({ kind: 'failed', sentence: told.data.failure });
      else {
        const parsed = schema.safeParse(told.data.answer);
        end(parsed.success ? { kind: 'answered', answer: parsed.data } : unreadable(parsed.error));
      }
    });
    child.on('error', (error) =>
      end({ kind: 'failed', sentence: `no process could be started: ${error.message}` }),
    );
    child.on('close', (status, signal) => {
      end({ kind: 'died', how: signal ?? `status ${status}`, lastLine: lastLineOf(lastWords) });
    });
    child.send({ input });
  });
}

/** Nothing may be thrown where it comes in, in an event handler: it would end the doctor. */
function unreadable({ issues }: z.ZodError): { readonly kind: 'failed'; readonly sentence: string } {
  const { path = [], message = 'it is not as expected' } = issues[0] ?? {};
  const where = path.length === 0 ? '' : ` at ${path.join('.')}`;
  return { kind: 'failed', sentence: `its answer could not be read${where}: ${message}` };
}

/** What became of a trial that gave no answer, to follow "it" or "the session". */
export function fateOf(outcome: Exclude<TrialOutcome<unknown>, { readonly kind: 'answered' }>): string {
  switch (outcome.kind) {
    case 'failed':
      return `failed: ${outcome.sentence}`;
    case 'died':
      return `ended its process with ${outcome.how}${outcome.lastLine === null ? '' : ` (${outcome.lastLine})`}`;
    case 'hung':
      return `gave no answer within ${outcome.limitMs / 1000} s`;
  }
}

function lastLineOf(text: string): string | null {
  return text.trimEnd().split('\n').at(-1)?.trim() || null;
}
