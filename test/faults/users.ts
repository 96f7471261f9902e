import { Agent, request } from 'node:http';
import { featuresOf, inferBody } from '../support/traffic.ts';
import type { Asked } from './broken-server.ts';

/** What a user saw of one request. */
export interface Seen {
  readonly id: string;
  /** Null where the connection broke. */
  readonly status: number | null;
  readonly text: string;
  readonly milliseconds: number;
}

/** Far more than an answer takes on a busy machine, and far less than anything that is waited for here. */
const lateMs = 5000;

export interface UsersOptions {
  /** How many. */
  readonly users?: number;
  /** Of the ids of their requests. */
  readonly prefix?: string;
  /** Of each, after an answer. */
  readonly pauseMs?: number;
  readonly bodyOf?: (index: number, id: string) => string;
}

const bodyOfFeatures = (index: number, id: string): string => inferBody([featuresOf(index)], { id });

/** Users of the primary: each has a connection of its own, asks as soon as it was answered, and notes what it saw. */
export class Users implements AsyncDisposable {
  readonly seen: Seen[] = [];
  readonly #agent: Agent;
  readonly #prefix: string;
  readonly #bodyOf: (index: number, id: string) => string;
  readonly #asking: Promise<void>[];
  #isStopped = false;
  #asked = 0;

  constructor(
    { url }: Asked,
    { users = 4, prefix = 'u', pauseMs = 0, bodyOf = bodyOfFeatures }: UsersOptions = {},
  ) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: users });
    this.#prefix = prefix;
    this.#bodyOf = bodyOf;
    this.#asking = Array.from({ length: users }, async () => {
      while (!this.#isStopped) {
        const seen = await this.#ask(url);
        this.seen.push(seen);
        if (seen.status === null && !this.#isStopped) return;
        if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    });
  }

  get answered(): number {
    return this.seen.filter(({ status }) => status === 200).length;
  }

  /** All that was not answered as on any other day: another status, a broken connection, an answer that took long. */
  get troubled(): Seen[] {
    return this.seen.filter(({ status, milliseconds }) => status !== 200 || milliseconds > lateMs);
  }

  /** Resolves when they all have their last answer, or have lost their server. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.gone();
  }

  /** Resolves when all have stopped by themselves, since their server is gone. */
  async gone(): Promise<void> {
    await Promise.all(this.#asking);
    this.#agent.destroy();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #ask(url: string): Promise<Seen> {
    const index = this.#asked++;
    const id = `${this.#prefix}${index}`;
    const sent = performance.now();
    return new Promise((resolve) => {
      const end = (status: number | null, text: string): void =>
        resolve({ id, status, text, milliseconds: performance.now() - sent });
      const outgoing = request(
        `${url}/v2/models/fraud/infer`,
        { method: 'POST', agent: this.#agent },
        (incoming) => {
          let text = '';
          incoming.setEncoding('utf8');
          incoming.on('data', (chunk: string) => {
            text += chunk;
          });
          incoming.on('error', (error) => end(null, error.message));
          incoming.on('end', () => end(incoming.statusCode ?? 0, text));
        },
      );
      outgoing.on('error', (error) => end(null, error.message));
      outgoing.end(this.#bodyOf(index, id));
    });
  }
}
