import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../log/open-test-log.ts';
import { connectGrpc } from '../support/grpc-client.ts';
import { mlp } from '../support/onnx-models.ts';
import { startServerProcess, understudy } from '../support/server-process.ts';
import { startTestServer } from '../support/test-server.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const models = { 'v1.onnx': mlp() };

describe.skipIf(!hasOpenssl)('a server with a certificate (needs openssl to make one)', () => {
  const directory = temporaryDirectory();
  const certificate = join(directory.path, 'cert.pem');
  const key = join(directory.path, 'key.pem');
  beforeAll(() => {
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
        ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'],
        ...['-keyout', key, '-out', certificate],
      ],
      { stdio: 'ignore' },
    );
  });
  afterAll(() => directory[Symbol.dispose]());

  it('answers over HTTPS to who trusts it, from its first byte to its last', async () => {
    await using server = await startTestServer({ models, tls: { certificate, key } });
    expect(server.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const body = '{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP32","data":[1,2,3,4]}]}';
    const answer = await new Promise<{ status: number; text: string }>((resolve, reject) => {
      const outgoing = request(
        `${server.url}/v2/models/default/infer`,
        { method: 'POST', ca: readFileSync(certificate), agent: false },
        (incoming) => {
          let text = '';
          incoming.on('data', (chunk) => {
            text += chunk;
          });
          incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, text }));
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toMatchObject({ model_name: 'default' });
    await expect(server.get('/v2')).rejects.toThrow('fetch failed');
    await expect(fetch(`${server.url.replace('https', 'http')}/v2`)).rejects.toThrow();
  });

  it('answers gRPC to who trusts it, and to nobody in plain', async () => {
    await using server = await startTestServer({ models, grpc: true, tls: { certificate, key } });
    const { grpcAddress } = server.server;
    using trusting = connectGrpc(grpcAddress, {}, readFileSync(certificate));
    expect(await trusting.call('ServerLive')).toEqual({ live: true });
    using plain = connectGrpc(grpcAddress);
    await expect(plain.call('ServerLive')).rejects.toMatchObject({ code: status.UNAVAILABLE });
  });

  it('is not started with half of the pair or with files that are none, and the sentence holds nothing of the key', async () => {
    const serve = (...options: string[]) =>
      understudy(
        'serve',
        '--http-port',
        '0',
        '--models',
        directory.path,
        '--data',
        join(directory.path, 'data'),
        ...options,
      );
    const half = await serve('--tls-cert', certificate);
    expect(half.status).toBe(1);
    expect(half.stderr).toContain('--tls-cert and --tls-key belong together');
    const swapped = await serve('--tls-cert', key, '--tls-key', certificate);
    expect(swapped.status).toBe(1);
    expect(swapped.stderr).toContain('are no certificate and its private key in PEM form');
    expect(swapped.stderr).not.toContain(readFileSync(key, 'utf8').split('\n')[1]);
    const missing = await serve('--tls-cert', certificate, '--tls-key', join(directory.path, 'none.pem'));
    expect(missing.stderr).toContain('the file of --tls-key cannot be read');
  });

  it('started by the command line says its URL, and nothing of the key in its log', async () => {
    mkdirSync(join(directory.path, 'models'), { recursive: true });
    await using server = await startServerProcess(
      directory.path,
      {},
      {
        options: ['--tls-cert', certificate, '--tls-key', key, '--log-level', 'debug'],
      },
    );
    expect(server.url).toMatch(/^https:/);
    const { status, stderr } = await server.stop();
    expect(status).toBe(0);
    expect(stderr).not.toContain(readFileSync(key, 'utf8').split('\n')[1]);
  });
});
