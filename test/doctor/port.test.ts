import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { askPort, type RunningModel } from '../../src/doctor/ask-port.ts';
import { portFindings } from '../../src/doctor/port.ts';

const host = '127.0.0.1';

async function listening(answer: RequestListener): Promise<{ port: number } & AsyncDisposable> {
  const server = createServer(answer).listen(0, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

describe('asking a port', () => {
  it('finds it free and leaves it so', async () => {
    const { port } = await (async () => {
      await using server = await listening(() => undefined);
      return server;
    })();
    for (let i = 0; i < 2; i++) expect(await askPort(host, port)).toEqual({ kind: 'free' });
    expect(await askPort(host, 0)).toEqual({ kind: 'free' });
  });

  it('finds an address that is not of this machine', async () => {
    expect(await askPort('192.0.2.1', 8000)).toMatchObject({ kind: 'refused', code: 'EADDRNOTAVAIL' });
  });

  it.each([
    [
      'another Open Inference server',
      '{"name":"triton","version":"2.50.0"}',
      'a server that calls itself triton',
    ],
    ['a web page', '<h1>It works</h1>', 'something that does not answer as an Understudy would'],
  ])('tells it from %s', async (_, body, by) => {
    await using server = await listening((_request, response) => response.end(body));
    const facts = await askPort(host, server.port);
    expect(facts).toMatchObject({ kind: 'taken', by: expect.stringContaining(by) });
    expect(portFindings(facts, host, server.port)[0]).toMatchObject({
      status: 'problem',
      sentence: expect.stringContaining(`Port ${server.port} of ${host}, wanted for HTTP, is taken by`),
      mend: 'say another with --http-port; 0 takes a free one',
    });
  });
});

describe('what is said of a running server', () => {
  const version = (number: string, facts: Partial<RunningModel['versions'][number]> = {}) => ({
    ...{ version: number, reason: null, executionProvider: 'cpu', remarks: [] },
    ...facts,
  });
  const said = (models: readonly RunningModel[], isReady = true, release = packageJson.version) => {
    const url = 'http://127.0.0.1:8000';
    const facts = { kind: 'understudy', url, version: release, isReady, models, metrics: '' } as const;
    return portFindings(facts, host, 8000).map(({ status, sentence }) => `${status}: ${sentence}`);
  };

  it('is that it is ready, and nothing else where all is well', () => {
    const model = { name: 'fraud', ready: true, reason: null, versions: [version('7'), version('8')] };
    expect(said([model])).toEqual([
      `ok: An Understudy (${packageJson.version}) listens on http://127.0.0.1:8000 and is ready, with 1 of 1 models`,
    ]);
  });

  it('names models and versions that it does not serve', () => {
    const broken = { name: 'churn', ready: false, reason: 'no ONNX file', versions: [] };
    const half = {
      ...{ name: 'fraud', ready: true, reason: null },
      versions: [version('7'), version('8', { reason: 'it is half copied', executionProvider: null })],
    };
    expect(said([broken, half]).slice(1)).toEqual([
      'problem: It does not serve churn: no ONNX file',
      'problem: It does not run fraud v8: it is half copied',
    ]);
  });

  it('tells what auto settled for, and different providers of primary and shadow', () => {
    const remarks = ['execution_provider auto settles for cpu'];
    const versions = [
      version('7', { remarks }),
      version('8', { remarks }),
      version('9', { executionProvider: 'cuda' }),
    ];
    expect(said([{ name: 'fraud', ready: true, reason: null, versions }]).slice(1)).toEqual([
      'note: It runs fraud v7, v8 so: execution_provider auto settles for cpu',
      'warning: It runs fraud v7 on cpu, v8 on cpu, v9 on cuda: their latency and cost cannot be compared',
    ]);
  });

  it('is patient while it loads, and tells another release', () => {
    const loading = { name: 'fraud', ready: false, reason: 'it is still loading', versions: [] };
    expect(said([loading], false, '9.9.9')).toEqual([
      'warning: An Understudy (9.9.9) listens on http://127.0.0.1:8000 and is not ready yet',
      `note: It is version 9.9.9, and this is ${packageJson.version}`,
    ]);
  });
});
