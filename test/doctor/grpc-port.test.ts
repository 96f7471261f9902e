import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askPort } from '../../src/doctor/ask-port.ts';
import { askGrpcPort, grpcPortFindings } from '../../src/doctor/grpc-port.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const host = '127.0.0.1';
const place = (port: number) => ({ host, port, option: '--grpc-port' }) as const;
const portOf = (address: string | null): number => Number(address?.split(':').at(-1));

let server: TestServer;
let http: Awaited<ReturnType<typeof askPort>>;
beforeAll(async () => {
  server = await startTestServer({ models: {}, grpc: true });
  http = await askPort(host, portOf(server.url));
});
afterAll(() => server[Symbol.asyncDispose]());

describe('the port of gRPC', () => {
  it('is an Understudy beside its HTTP port, and a taken one beside another', async () => {
    const port = portOf(server.server.grpcAddress);
    const facts = await askGrpcPort(host, port);
    expect(facts).toMatchObject({ kind: 'understudy', address: `${host}:${port}` });
    expect(grpcPortFindings(facts, place(port), http)).toMatchObject([
      { status: 'ok', sentence: `An Understudy answers gRPC on ${host}:${port}` },
    ]);
    expect(grpcPortFindings(facts, place(port), { kind: 'free' })).toMatchObject([
      {
        status: 'problem',
        sentence: expect.stringMatching(
          /wanted for gRPC, is taken by an Understudy \(.*\) whose HTTP port is another/,
        ),
        mend: 'say another with --grpc-port; 0 takes a free one, off listens on none',
      },
    ]);
  });

  it('may be free, whether a server is to come or is there without it', async () => {
    expect(await askGrpcPort(host, 0)).toEqual({ kind: 'free' });
    const free = { kind: 'free' } as const;
    expect(grpcPortFindings(free, place(8001), free)).toMatchObject([
      { status: 'ok', sentence: `Port 8001 of ${host} is free for gRPC` },
    ]);
    expect(grpcPortFindings(free, place(8001), http)).toMatchObject([
      { status: 'note', sentence: 'It does not answer gRPC on port 8001: that one is free' },
    ]);
  });

  it('may be taken by something else', async () => {
    const other = createServer((socket) => socket.end('hello')).listen(0, host);
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const facts = await askGrpcPort(host, port);
    other.close();
    expect(facts).toMatchObject({
      kind: 'taken',
      by: expect.stringContaining('something that does not answer gRPC as an Understudy would'),
    });
    expect(grpcPortFindings(facts, place(port), http)[0]?.status).toBe('problem');
  });

  it('may be one that nobody can listen on', async () => {
    expect(await askGrpcPort('192.0.2.1', 8001)).toMatchObject({ kind: 'refused', code: 'EADDRNOTAVAIL' });
  });
});
