import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../log/open-test-log.ts';
import { startServerProcess } from '../support/server-process.ts';
import {
  eventually,
  metric,
  peakMebibytes,
  postLabels,
  reportOf,
  shadowedFraud,
  writeModels,
} from './broken-server.ts';
import { Users } from './users.ts';

const gigabyte = 1_000_000_000;

/** Sends so many spaces as fast as they are taken; the status of the answer, or the code of the broken connection. */
function sendSpaces(
  url: string,
  bytes: number,
  headers: Record<string, string | number>,
): Promise<number | string> {
  const piece = Buffer.alloc(1_000_000, 0x20);
  return new Promise((resolve) => {
    const outgoing = request(url, { method: 'POST', agent: false, headers });
    outgoing.on('response', (incoming) => {
      incoming.resume();
      resolve(incoming.statusCode ?? 0);
      outgoing.destroy();
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    let sent = 0;
    const write = (): void => {
      while (sent < bytes && !outgoing.destroyed) {
        sent += piece.length;
        if (!outgoing.write(piece)) return void outgoing.once('drain', write);
      }
      outgoing.end();
    };
    write();
  });
}

describe.skipIf(process.platform !== 'linux')('a body of a gigabyte (reads /proc)', () => {
  it.each([
    ['that says so', { 'content-length': gigabyte }],
    ['that comes in pieces', { 'transfer-encoding': 'chunked' }],
  ])('%s is refused, takes no memory, and users notice nothing', async (_, headers) => {
    using directory = temporaryDirectory();
    writeModels(directory.path, shadowedFraud);
    await using server = await startServerProcess(directory.path);
    await using users = new Users(server, { pauseMs: 1 });
    await eventually('users are answered', () => users.answered > 50);
    const before = peakMebibytes(server);
    for (const path of ['/v2/models/fraud/infer', '/v2/models/fraud/labels']) {
      // A client that goes on sending may see the connection close before it reads the answer.
      expect([413, 'ECONNRESET', 'EPIPE']).toContain(await sendSpaces(server.url + path, gigabyte, headers));
    }
    const answered = users.answered;
    await eventually('users are answered on', () => users.answered > answered + 50);
    expect(peakMebibytes(server) - before).toBeLessThan(400);
    await users.stop();
    expect(users.troubled).toEqual([]);
  });
});

describe('a million labels for ids that nobody has seen', () => {
  it('are kept, and harm neither users nor reports', async () => {
    using directory = temporaryDirectory();
    writeModels(directory.path, shadowedFraud);
    await using server = await startServerProcess(directory.path);
    await using users = new Users(server, { pauseMs: 1 });
    await eventually('users are answered', () => users.answered > 50);
    for (let call = 0; call < 100; call++) {
      const ids = Array.from({ length: 10_000 }, (_, i) => `unknown ${call} ${i}`);
      expect(await postLabels(server, ids)).toEqual({ status: 200, text: '{"accepted":10000}' });
    }
    await users.stop();
    expect(users.troubled).toEqual([]);
    const report = await reportOf(server);
    expect(report.traffic.rows).toBe(users.answered);
    expect(await metric(server, 'shadow_log_dropped_rows')).toBe(0);
    const { status } = await server.stop();
    expect(status).toBe(0);
  });
});
