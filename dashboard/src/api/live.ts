import type { Report } from '../../../src/analysis/report/report.ts';
import type { Timeline } from '../../../src/analysis/timeline/timeline.ts';
import type { LiveHello, LiveProblem, LiveStatus } from '../../../src/live/live-status.ts';
import { queryOf, type View } from '../state/view.ts';
import { modelPath, Refusal } from './ask.ts';
import { EventStreamParser, type StreamEvent } from './event-stream.ts';

/** All that is known of a view, and how it is known. */
export interface Live {
  readonly connection: Connection;
  /** When the server that answers now was started, where another one answered before. */
  readonly restarted: string | null;
  readonly status: LiveStatus | null;
  readonly report: Report | null;
  readonly timeline: Timeline | null;
  /** Why there is no report now. */
  readonly problem: LiveProblem | null;
}

export type Connection =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** With the server's own words where it refused, null where nobody answers. */
  | { readonly kind: 'lost'; readonly sinceMs: number; readonly sentence: string | null };

export const nothingYet: Live = {
  connection: { kind: 'connecting' },
  restarted: null,
  status: null,
  report: null,
  timeline: null,
  problem: null,
};

const againMs = 2_000;
/** The server says something every 15 seconds at least. */
const silenceMs = 40_000;

/**
 * Follows a view for as long as it is open: when the stream ends or falls silent it is asked for again, and what was known stays. The
 * listener gets each new state; the result ends it.
 */
export function followLive(view: View, listener: (live: Live) => void): () => void {
  const closing = new AbortController();
  let live = nothingYet;
  let startedAt: string | null = null;
  const change = (part: Partial<Live>) => {
    if (closing.signal.aborted) return;
    live = { ...live, ...part };
    listener(live);
  };
  const take = ({ name, data }: StreamEvent) => {
    switch (name) {
      case 'hello': {
        const { started_at } = JSON.parse(data) as LiveHello;
        const isOther = startedAt !== null && startedAt !== started_at;
        startedAt = started_at;
        change({ connection: { kind: 'live' }, ...(isOther ? { restarted: started_at } : {}) });
        break;
      }
      case 'status':
        change({ status: JSON.parse(data) as LiveStatus });
        break;
      case 'report':
        change({ report: JSON.parse(data) as Report, problem: null });
        break;
      case 'timeline':
        change({ timeline: JSON.parse(data) as Timeline });
        break;
      case 'problem':
        change({ report: null, timeline: null, problem: JSON.parse(data) as LiveProblem });
        break;
    }
  };
  const follow = async () => {
    while (!closing.signal.aborted) {
      const failure = await readStream(view, closing.signal, take);
      if (closing.signal.aborted) return;
      const { connection } = live;
      const sinceMs = connection.kind === 'lost' ? connection.sinceMs : Date.now();
      change({ connection: { kind: 'lost', sinceMs, sentence: failure }, status: null });
      await new Promise((resolve) => setTimeout(resolve, againMs));
    }
  };
  void follow();
  return () => closing.abort();
}

/** Resolves when the stream has ended, with the server's words where it refused. */
async function readStream(
  view: View,
  closing: AbortSignal,
  take: (event: StreamEvent) => void,
): Promise<string | null> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), silenceMs);
  try {
    const response = await fetch(modelPath(view.model, `live${queryOf(view)}`), {
      headers: { accept: 'text/event-stream' },
      signal: AbortSignal.any([closing, silence.signal]),
      cache: 'no-store',
    });
    if (!response.ok || response.body === null) throw await refusalOf(response);
    const parser = new EventStreamParser();
    for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), silenceMs);
      for (const event of parser.push(piece)) take(event);
    }
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    // Nobody answers, or we hung up: the page says so, and asks again.
    if (error instanceof TypeError || error instanceof DOMException) return null;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function refusalOf(response: Response): Promise<Refusal> {
  const body = (await response.json().catch(() => ({}))) as { readonly error?: string };
  return new Refusal(response.status, body.error ?? `the server answered ${response.status}`);
}
