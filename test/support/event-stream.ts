/** One server-sent event. */
export interface StreamEvent {
  readonly event: string;
  readonly id: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes
  readonly data: any;
}

/** Server-sent events, read as they come. */
export interface EventReader extends AsyncDisposable {
  readonly response: Response;
  /** What came before the first event. */
  readonly preamble: string;
  /** All that came so far. */
  readonly events: readonly StreamEvent[];
  /** Resolves with the next event of this name that fits, from those that were not asked for yet. */
  next(event: string, fits?: (data: StreamEvent['data']) => boolean): Promise<StreamEvent['data']>;
  /** Resolves when the server has ended the stream. */
  readonly ended: Promise<void>;
}

export async function openEventStream(
  url: string,
  headers: Record<string, string> = {},
): Promise<EventReader> {
  const abort = new AbortController();
  const response = await fetch(url, { headers, signal: abort.signal });
  const events: StreamEvent[] = [];
  let seen = 0;
  let preamble = '';
  let wake = Promise.withResolvers<void>();
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of response.body!) {
      text += decoder.decode(chunk, { stream: true });
      const parts = text.split('\n\n');
      text = parts.pop()!;
      for (const part of parts) {
        const event = parse(part);
        if (event === null) preamble += part;
        else events.push(event);
      }
      wake.resolve();
      wake = Promise.withResolvers();
    }
  };
  const ended = read().catch((error) => {
    if (!abort.signal.aborted) throw error;
  });
  return {
    response,
    get preamble() {
      return preamble;
    },
    events,
    ended,
    async next(name, fits = () => true) {
      for (;;) {
        while (seen < events.length) {
          const { event, data } = events[seen++]!;
          if (event === name && fits(data)) return data;
        }
        await wake.promise;
      }
    },
    async [Symbol.asyncDispose]() {
      abort.abort();
      await ended;
    },
  };
}

function parse(part: string): StreamEvent | null {
  const fields = new Map(
    part.split('\n').map((line) => {
      const at = line.indexOf(': ');
      return [line.slice(0, at), line.slice(at + 2)] as const;
    }),
  );
  const event = fields.get('event');
  if (event === undefined) return null;
  return { event, id: Number(fields.get('id')), data: JSON.parse(fields.get('data') ?? 'null') };
}
