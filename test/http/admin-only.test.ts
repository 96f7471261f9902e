import { writeFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mlp } from '../support/onnx-models.ts';
import { rawBytesExchange } from '../support/raw-http.ts';
import { understudy } from '../support/server-process.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const token = 'correct-horse-battery-staple';
const models = { 'fraud/7/model.onnx': mlp({ seed: 7 }), 'fraud/8/model.onnx': mlp({ seed: 8 }) };

let server: TestServer;
let open: TestServer;
beforeAll(async () => {
  server = await startTestServer({ models, admin: { token, always: true } });
  open = await startTestServer({ models, host: '0.0.0.0' });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await open[Symbol.asyncDispose]();
});

const admin = [
  ['PUT', '/v2/models/fraud/deployment'],
  ['POST', '/v2/repository/models/fraud/load'],
  ['POST', '/v2/models/fraud/promote'],
  ['POST', '/v2/models/fraud/rollback'],
  ['GET', '/v2/models/fraud/audit'],
] as const;
const outside = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

describe.each(admin)('%s %s', (method, path) => {
  const ask = (url: string, headers: Record<string, string> = {}) =>
    fetch(`${url}${path}`, { method, headers, ...(method === 'GET' ? {} : { body: '{}' }) });

  it('asks for the token, and takes it', async () => {
    const refused = await ask(server.url);
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toBe('Bearer');
    expect(await refused.json()).toEqual({
      error: 'this needs the admin token: send it as "Authorization: Bearer TOKEN"',
    });
    expect((await ask(server.url, { authorization: `Bearer ${token.slice(1)}` })).status).toBe(401);
    expect((await ask(server.url, { authorization: `Bearer ${token}` })).status).toBeLessThan(300);
  });

  it('without a token is for the machine itself: not through a proxy, not for a page of another site', async () => {
    const url = open.url.replace('0.0.0.0', '127.0.0.1');
    for (const [name, value] of [
      ['x-forwarded-for', '127.0.0.1'],
      ['forwarded', 'for=127.0.0.1'],
      ['via', '1.1 proxy'],
      ['origin', 'https://elsewhere.example'],
      ['origin', 'null'],
      ['sec-fetch-site', 'cross-site'],
    ] as const) {
      const { status } = await ask(url, { [name]: value });
      expect(`${name}: ${status}`).toBe(`${name}: 403`);
    }
    expect((await ask(url)).status).toBeLessThan(300);
  });

  it('is no business of a page of another site, with or without a token, and no token would help', async () => {
    for (const [name, value] of [
      ['origin', 'https://elsewhere.example'],
      ['sec-fetch-site', 'same-site'],
    ] as const) {
      const answer = await ask(server.url, { [name]: value, authorization: `Bearer ${token}` });
      expect(`${name}: ${answer.status}`).toBe(`${name}: 403`);
      expect(answer.headers.get('www-authenticate')).toBeNull();
      expect(((await answer.json()) as { error: string }).error).toMatch(
        /^a browser sends this for a page of/,
      );
    }
    const own = { origin: server.url, 'sec-fetch-site': 'same-origin', authorization: `Bearer ${token}` };
    expect([401, 403]).not.toContain((await ask(server.url, own)).status);
  });

  it.skipIf(outside === undefined)('without a token is refused to who calls from elsewhere', async () => {
    const answer = await ask(open.url.replace('0.0.0.0', outside!));
    expect(answer.status).toBe(403);
    expect(await answer.json()).toEqual({
      error: `this may only be asked for from the machine of the server itself, and this call comes from ${outside}; start the server with --admin-token-file to allow it with a token`,
    });
  });
});

describe('what anyone may ask for', () => {
  const label = '{"labels":[{"id":"a","label":"1"}]}';
  const send = (headers: Record<string, string>, path = '/v2/models/fraud/labels', body = label) =>
    fetch(`${server.url}${path}`, { method: 'POST', headers, body }).then(({ status }) => status);

  it('takes labels from no page of another site', async () => {
    expect(await send({})).toBe(200);
    expect(await send({ origin: server.url, 'sec-fetch-site': 'same-origin' })).toBe(200);
    expect(await send({ origin: 'https://elsewhere.example' })).toBe(403);
    expect(await send({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    const head =
      'POST /v2/models/fraud/labels HTTP/1.1\r\nhost: evil.example\r\norigin: http://evil.example\r\n';
    expect(await rawBytesExchange(server.url, `${head}content-length: 1000000\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 403 /,
    );
  });

  it('streams to no page of another site, which would only take the place of others', async () => {
    const headers = { 'sec-fetch-site': 'cross-site' };
    expect((await fetch(`${server.url}/v2/models/fraud/live`, { headers })).status).toBe(403);
  });

  it('answers predictions to whoever asks, and lets no page of another site read them', async () => {
    const answer = await fetch(`${server.url}/predict/fraud`, {
      method: 'POST',
      headers: { origin: 'https://elsewhere.example', 'content-type': 'text/plain' },
      body: '{"features":[1,2,3,4]}',
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    const preflight = await fetch(`${server.url}/predict/fraud`, { method: 'OPTIONS' });
    expect(preflight.status).toBe(405);
  });
});

describe('the admin token', () => {
  it('is not asked for by what changes nothing', async () => {
    for (const path of ['/', '/v2/models/fraud', '/v2/models/fraud/deployment', '/metrics']) {
      expect((await server.get(path)).status).toBe(200);
    }
  });

  it('is asked for before a body is read', async () => {
    const head =
      'POST /v2/models/fraud/promote HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000000\r\n\r\n';
    expect(await rawBytesExchange(server.url, head)).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('is in no line of the log, and refusals are told once a minute', () => {
    expect(JSON.stringify(server.logged)).not.toContain('horse');
    const told = server.logged.filter(({ message }) => message.startsWith('refused: this '));
    expect(told.map(({ details }) => details)).toEqual([
      { address: '127.0.0.1', method: 'PUT', route: '/v2/models/:model/deployment' },
    ]);
  });

  it('is sent by the command line, from an option, a file or the environment', async () => {
    const file = join(server.directory, 'token');
    await writeFile(file, `${token}\n`);
    const promote = (...args: readonly string[]) =>
      understudy('promote', '8', '--url', server.url, ...args).then(({ status, stderr }) => ({
        status,
        stderr,
      }));
    expect(await promote()).toEqual({
      status: 1,
      stderr:
        'the server answered 401: this needs the admin token: send it as "Authorization: Bearer TOKEN"\n',
    });
    expect((await promote('--admin-token-file', file)).status).toBe(0);
    expect((await promote('--admin-token', token)).status).toBe(0);
    process.env.UNDERSTUDY_ADMIN_TOKEN = token;
    try {
      expect((await promote()).status).toBe(0);
    } finally {
      delete process.env.UNDERSTUDY_ADMIN_TOKEN;
    }
  });
});
