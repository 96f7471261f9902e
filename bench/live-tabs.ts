import { Agent, request } from 'undici';

/** What the open dashboards of a server have been sent. */
export interface LiveTabs extends AsyncDisposable {
  /** Bytes that came so far, of all tabs. */
  readonly bytes: number;
  /** Reports that came so far, of all tabs. */
  readonly reports: number;
}

const reportEvent = Buffer.from('event: report\n');

/** Streams as open dashboards have them: one connection each, all of them looking at the same, on which what comes is only counted. */
export async function openTabs(url: string, model: string, count: number): Promise<LiveTabs> {
  const agent = new Agent({ bodyTimeout: 0 });
  const seen = { bytes: 0, reports: 0 };
  const streams = await Promise.all(
    Array.from({ length: count }, async () => {
      const { statusCode, body } = await request(`${url}/v2/models/${model}/live`, { dispatcher: agent });
      if (statusCode !== 200) throw new Error(`a live stream was answered with ${statusCode}`);
      body.on('data', (chunk: Buffer) => {
        seen.bytes += chunk.length;
        for (let at = chunk.indexOf(reportEvent); at >= 0; at = chunk.indexOf(reportEvent, at + 1))
          seen.reports++;
      });
      // It ends with the server, or with the bench.
      body.on('error', () => {});
      return body;
    }),
  );
  return {
    get bytes() {
      return seen.bytes;
    },
    get reports() {
      return seen.reports;
    },
    async [Symbol.asyncDispose]() {
      for (const body of streams) body.destroy();
      await agent.destroy();
    },
  };
}
