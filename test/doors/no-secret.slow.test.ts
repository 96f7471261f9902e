import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesUnder, temporaryDirectory } from '../log/open-test-log.ts';
import { mlp } from '../support/onnx-models.ts';
import { startServerProcess } from '../support/server-process.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const adminToken = 'admin-token-which-nobody-may-read';
const wrongToken = 'wrong-token-which-somebody-mistyped';
const usersToken = 'bearer-token-of-a-user-of-the-gateway';
const collectorsToken = 'token-for-the-collector-of-traces';
const good = '{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP32","data":[1,2,3,4]}]}';

describe.skipIf(!hasOpenssl)(
  'a server that says all it can say (needs openssl to make a certificate)',
  () => {
    it('says no token, no key and no Authorization header, whatever is asked of it', {
      timeout: 120_000,
    }, async () => {
      using directory = temporaryDirectory();
      const [key, certificate] = [join(directory.path, 'key.pem'), join(directory.path, 'cert.pem')];
      makeCertificate(key, certificate);
      writeFileSync(join(directory.path, 'token'), `${adminToken}\n`);
      for (const version of [7, 8]) {
        mkdirSync(join(directory.path, `models/fraud/${version}`), { recursive: true });
        writeFileSync(join(directory.path, `models/fraud/${version}/model.onnx`), mlp({ seed: version }));
      }
      await using server = await startServerProcess(
        directory.path,
        {
          OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer ${collectorsToken}`,
          // Nobody listens there, so that what cannot be sent is complained of.
          OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
          OTEL_BSP_SCHEDULE_DELAY: '100',
        },
        {
          options: [
            ...['--log-level', 'debug', '--log-format', 'json', '--grpc-port', '0'],
            ...['--tls-cert', certificate, '--tls-key', key],
            ...['--admin-token-file', join(directory.path, 'token'), '--admin-token-always'],
          ],
        },
      );
      const ca = readFileSync(certificate);
      const answers: string[] = [];
      const ask = async (method: string, path: string, token: string, body = ''): Promise<number> => {
        const { status, text } = await exchange(`${server.url}${path}`, method, ca, `Bearer ${token}`, body);
        answers.push(text);
        return status;
      };
      while ((await ask('GET', '/v2/health/ready', usersToken)) !== 200);
      expect(await ask('POST', '/v2/models/fraud/infer', usersToken, good)).toBe(200);
      for (const body of ['', '{', '{"inputs":[]}', good.replace('FP32', 'FP64'), '\0\xff']) {
        expect(await ask('POST', '/v2/models/fraud/infer', usersToken, body)).toBe(400);
      }
      expect(await ask('POST', '/v2/models/nobody/infer', usersToken, good)).toBe(404);
      expect(await ask('DELETE', '/v2/models/fraud/infer', usersToken)).toBe(405);
      expect(await ask('GET', '/%', usersToken)).toBe(400);
      expect(await ask('POST', '/v2/models/fraud/labels', usersToken, '{"labels":[{"id":1}]}')).toBe(400);
      for (const path of ['promote', 'rollback']) {
        expect(await ask('POST', `/v2/models/fraud/${path}`, wrongToken, '{}')).toBe(401);
        expect(await ask('POST', `/v2/models/fraud/${path}`, adminToken, '{}')).toBe(200);
      }
      expect(await ask('POST', '/v2/models/fraud/promote', adminToken, '{"version":"99"}')).toBeGreaterThan(
        399,
      );
      expect(await ask('POST', '/v2/repository/models/gone/load', adminToken, '{}')).toBeGreaterThan(399);
      for (const path of ['audit', 'report', 'comparisons', 'stats', 'config']) {
        expect(await ask('GET', `/v2/models/fraud/${path}`, adminToken), path).toBe(200);
      }
      expect(await ask('GET', '/metrics', adminToken)).toBe(200);
      const { stdout, stderr } = await server.stop();
      expect(stderr).toMatch(/refused: this is not the admin token/);

      const written = filesUnder(join(directory.path, 'data')).map((path) =>
        readFileSync(join(directory.path, 'data', path), 'latin1'),
      );
      const secrets = { adminToken, wrongToken, usersToken, collectorsToken, ...linesOf(key) };
      for (const [name, secret] of Object.entries(secrets)) {
        for (const text of [stdout, stderr, ...answers, ...written]) {
          expect(text.includes(secret), `${name} in ${text.slice(0, 2000)}`).toBe(false);
        }
      }
    });
  },
);

function makeCertificate(key: string, certificate: string): void {
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'],
      ...['-keyout', key, '-out', certificate],
    ],
    { stdio: 'ignore' },
  );
}

/** Those that hold the key itself. */
function linesOf(key: string): Record<string, string> {
  const lines = readFileSync(key, 'utf8')
    .split('\n')
    .filter((line) => line.length > 0 && !line.startsWith('-----'));
  expect(lines.length).toBeGreaterThan(1);
  return Object.fromEntries(lines.map((line, i) => [`line ${i} of the key`, line]));
}

function exchange(
  url: string,
  method: string,
  ca: Buffer,
  authorization: string,
  body: string,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, ca, agent: false, headers: { authorization } }, (incoming) => {
      let text = '';
      incoming.on('data', (chunk) => {
        text += chunk;
      });
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, text }));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
