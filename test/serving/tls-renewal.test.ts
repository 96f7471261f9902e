import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../log/open-test-log.ts';
import { connectGrpc } from '../support/grpc-client.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { until } from '../support/until.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

describe.skipIf(!hasOpenssl)('a certificate that is renewed while the server runs (needs openssl)', () => {
  const directory = temporaryDirectory();
  const at = (name: string) => join(directory.path, name);
  let server: TestServer;

  beforeAll(async () => {
    for (const name of ['first', 'second', 'third']) makePair(at(`${name}.crt`), at(`${name}.key`), name);
    put('first', 'crt', 'key');
    const tls = { certificate: at('tls.crt'), key: at('tls.key') };
    server = await startTestServer({ models: {}, grpc: true, tls, tlsIntervalMs: 30 });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
  });

  function put(name: string, ...parts: ('crt' | 'key')[]): void {
    for (const part of parts) copyFileSync(at(`${name}.${part}`), at(`tls.${part}`));
  }
  const said = (level: string) => server.logged.filter((line) => line.level === level);

  it('is what new connections get, and those that are open go on, over HTTPS and gRPC', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: readFileSync(at('first.crt')) });
    using open = connectGrpc(server.server.grpcAddress, {}, readFileSync(at('first.crt')));
    const before = await ask(`${server.url}/v2/health/live`, agent);
    expect(before.status).toBe(200);
    expect(await nameAt(server.url)).toBe('first');
    expect(await open.call('ServerLive')).toEqual({ live: true });

    put('second', 'crt', 'key');
    await until(async () => (await nameAt(server.url)) === 'second');
    expect(said('info')).toContainEqual({
      level: 'info',
      details: { subject: 'CN=second', valid_to: expect.any(String) },
      message: 'the certificate was renewed: new connections get it',
    });
    const after = await ask(`${server.url}/v2/health/live`, agent);
    expect([after.status, after.socket === before.socket]).toEqual([200, true]);
    agent.destroy();
    expect(await open.call('ServerLive')).toEqual({ live: true });
    using fresh = connectGrpc(server.server.grpcAddress, {}, readFileSync(at('second.crt')));
    expect(await fresh.call('ServerLive')).toEqual({ live: true });
    using stale = connectGrpc(server.server.grpcAddress, {}, readFileSync(at('first.crt')));
    await expect(stale.call('ServerLive')).rejects.toThrow();
  });

  it('is not taken up by half, and that is told once, until the other half is there', async () => {
    const name = await nameAt(server.url);
    put('third', 'crt');
    await until(() => said('error').length > 0);
    expect(said('error')[0]?.message).toMatch(
      /^the certificate in use stays, since the files cannot be used: .* are no certificate and its private key/,
    );
    expect(await nameAt(server.url)).toBe(name);
    put('third', 'key');
    await until(async () => (await nameAt(server.url)) === 'third');
    expect(said('error')).toHaveLength(1);
    expect(JSON.stringify(server.logged)).not.toContain(readFileSync(at('third.key'), 'utf8').split('\n')[1]);
  });
});

function makePair(certificate: string, key: string, name: string): void {
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'],
      ...['-keyout', key, '-out', certificate],
    ],
    { stdio: 'ignore' },
  );
}

/** Common name of the certificate that a new connection gets. */
function nameAt(url: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false }, () => {
    resolve(String(socket.getPeerCertificate().subject.CN));
    socket.end();
  });
  socket.on('error', reject);
  return promise;
}

function ask(url: string, agent: Agent): Promise<{ readonly status: number; readonly socket: TLSSocket }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; socket: TLSSocket }>();
  const asking = request(url, { agent }, (incoming) => {
    const socket = incoming.socket as TLSSocket;
    incoming.resume().on('end', () => resolve({ status: incoming.statusCode ?? 0, socket }));
  });
  asking.on('error', reject).end();
  return promise;
}
