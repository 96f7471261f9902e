import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { sentenceOf } from '../../errors.ts';
import { LastWords } from './last-words.ts';
import { excessText, heapLimitMebibytes, offerToOomKiller, watchMemory } from './memory.ts';
import type { ProcessDeath, ProcessReply, ProcessTask } from './message.ts';

export interface ProcessOptions {
  /** Of the model, for sentences. */
  readonly version: string;
  /** Null for none. */
  readonly memoryLimitBytes: number | null;
}

const entry = fileURLToPath(new URL('./child.ts', import.meta.url));
/** How long it may take to end by itself. */
const graceMs = 5_000;
/** After its end, what it wrote is read; something that it started itself may hold the pipes open. */
const lastWordsMs = 1_000;

/** A child process that works on one task at a time. Its threads inherit the placement of the thread that starts it. */
export class ProcessHandle {
  /** What the system refused, a sentence each. */
  readonly refusals: readonly string[];
  readonly #version: string;
  readonly #child: ChildProcess;
  readonly #lastWords = new LastWords();
  readonly #stopWatching: () => void;
  readonly #gone = Promise.withResolvers<void>();
  #death: ProcessDeath | null = null;
  /** Why it was ended from here. */
  #reason: string | null = null;
  #answer: ((outcome: ProcessReply | ProcessDeath) => void) | null = null;

  constructor({ version, memoryLimitBytes }: ProcessOptions) {
    this.#version = version;
    const child = fork(entry, {
      // Options of the server, such as those of a debugger, are not for it.
      execArgv:
        memoryLimitBytes === null ? [] : [`--max-old-space-size=${heapLimitMebibytes(memoryLimitBytes)}`],
      env: { ...process.env, NODE_OPTIONS: '' },
      serialization: 'advanced',
      // The last one is the lifeline, see lifeline.ts.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc', 'pipe'],
    });
    this.#child = child;
    child.on('message', (reply: ProcessReply) => {
      // What it still says while it is being ended comes too late.
      if (this.#reason === null) this.#settle(reply);
    });
    child.on('error', (error) => {
      if (child.pid === undefined) this.#end(`could not be started: ${sentenceOf(error)}`);
      else this.kill(`it could not be reached: ${sentenceOf(error)}`);
    });
    child.on('exit', (code, signal) => {
      const end = (): void => this.#end(this.#causeOf(code, signal));
      const timer = setTimeout(end, lastWordsMs);
      // When all was read that it sent: the answer to the last task may be among it.
      child.once('close', () => {
        clearTimeout(timer);
        end();
      });
    });
    for (const stream of [child.stdout, child.stderr]) if (stream) this.#lastWords.listenTo(stream);
    const { pid } = child;
    this.refusals = pid === undefined ? [] : offerToOomKiller(pid);
    this.#stopWatching =
      pid === undefined || memoryLimitBytes === null
        ? () => {}
        : watchMemory(pid, memoryLimitBytes, (used) =>
            this.kill(`it used ${excessText(used, memoryLimitBytes)}`),
          );
  }

  /** Null when it could not be started. */
  get pid(): number | null {
    return this.#child.pid ?? null;
  }

  /** Null while it lives. */
  get death(): ProcessDeath | null {
    return this.#death;
  }

  /** To be called only while nothing else is asked. */
  async ask(task: ProcessTask): Promise<ProcessReply | ProcessDeath> {
    if (this.#death) return this.#death;
    const { promise, resolve } = Promise.withResolvers<ProcessReply | ProcessDeath>();
    this.#answer = resolve;
    if (this.pid !== null) {
      this.#child.send(task, (error) => {
        // It is ending already, or the channel is broken and it is of no use any more.
        if (error) this.kill(`it could not be reached: ${sentenceOf(error)}`);
      });
    }
    return promise;
  }

  /** At once, whatever it does; what is asked of it resolves with its death. */
  kill(reason: string): void {
    if (this.#death || this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#reason ??= reason;
    this.#child.kill('SIGKILL');
  }

  /** Has it release the model and end, or ends it when that takes too long; resolves when it is gone. */
  async close(): Promise<void> {
    const timer = setTimeout(() => this.kill('it did not end by itself'), graceMs);
    await this.ask({ kind: 'release' });
    await this.#gone.promise;
    clearTimeout(timer);
  }

  #settle(outcome: ProcessReply | ProcessDeath): void {
    const answer = this.#answer;
    this.#answer = null;
    answer?.(outcome);
  }

  #end(cause: string): void {
    if (this.#death) return;
    this.#stopWatching();
    this.#death = { kind: 'died', sentence: `the process of version ${this.#version} ${cause}` };
    this.#settle(this.#death);
    this.#gone.resolve();
  }

  #causeOf(code: number | null, signal: NodeJS.Signals | null): string {
    if (this.#reason !== null) return `was ended because ${this.#reason}`;
    const words = this.#lastWords.last === null ? '' : `: ${this.#lastWords.last}`;
    if (signal === null) return `ended with exit code ${code}${words}`;
    return signal === 'SIGKILL'
      ? 'was ended from outside by SIGKILL (the kernel does so when memory runs out)'
      : `ended by ${signal}${words}`;
  }
}
