import { UnderstudyError } from '../errors.ts';
import type { LiveSource, LiveStream } from '../http/live-route.ts';
import type { ViewQuery } from '../http/view-query.ts';
import type { ServerIdentity } from '../serving/server-identity.ts';
import type { LiveHello } from './live-status.ts';
import { type LiveClock, type LiveSubject, LiveView } from './live-view.ts';

const tickMs = 250;

export interface LiveLimits {
  readonly streams: number;
  /** Different things that are looked at. */
  readonly views: number;
}

export const defaultLiveLimits: LiveLimits = { streams: 64, views: 16 };

export interface LiveHubParts {
  readonly identity: ServerIdentity;
  /** @throws UnderstudyError UNKNOWN_MODEL */
  readonly subjectOf: (model: string, query: ViewQuery) => LiveSubject;
  readonly clock: LiveClock;
  readonly limits: LiveLimits;
}

/** All live streams: who looks at the same shares a view. Nothing is done while nobody looks. */
export class LiveHub implements LiveSource {
  readonly #parts: LiveHubParts;
  readonly #views = new Map<string, LiveView>();
  readonly #hello: string;
  #streams = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(parts: LiveHubParts) {
    this.#parts = parts;
    const hello: LiveHello = {
      server: { name: parts.identity.name, version: parts.identity.version },
      started_at: new Date(parts.clock.wall()).toISOString(),
      poll_seconds: 1,
    };
    this.#hello = JSON.stringify(hello);
  }

  get streams(): number {
    return this.#streams;
  }

  admit(model: string, query: ViewQuery): (stream: LiveStream) => () => void {
    const { limits, subjectOf, clock } = this.#parts;
    const subject = subjectOf(model, query);
    const key = JSON.stringify([model, query.shadow, query.fromMs, query.toMs]);
    if (this.#streams >= limits.streams) {
      throw tooMany(`${limits.streams} live streams are open`, 'close one that nobody looks at');
    }
    if (!this.#views.has(key) && this.#views.size >= limits.views) {
      throw tooMany(`${limits.views} different views are looked at`, 'look at one of those');
    }
    return (stream) => {
      const view = this.#views.get(key) ?? new LiveView(subject, clock);
      this.#views.set(key, view);
      this.#streams += 1;
      this.#timer ??= setInterval(() => this.#tick(), tickMs).unref();
      view.add(stream, this.#hello);
      return () => {
        this.#streams -= 1;
        view.remove(stream);
        if (view.size === 0) this.#views.delete(key);
        if (this.#streams === 0) this.#rest();
      };
    };
  }

  close(): void {
    for (const view of this.#views.values()) view.end();
    this.#rest();
  }

  #tick(): void {
    for (const view of this.#views.values()) view.tick();
  }

  #rest(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }
}

function tooMany(what: string, advice: string): UnderstudyError {
  return new UnderstudyError('TOO_MANY_STREAMS', `${what}, which is the most; ${advice}, or try again later`);
}
