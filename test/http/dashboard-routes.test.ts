import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dashboardRoutes } from '../../src/http/dashboard-routes.ts';
import { replyWithErrors } from '../../src/http/error-reply.ts';
import { packReplies } from '../../src/http/packed-reply.ts';
import { startTestServer } from '../support/test-server.ts';

const script = `console.log(${JSON.stringify('dashboard '.repeat(1000))})\n`;
const page = '<!doctype html>\n<title>Understudy</title>\n';
let folder: string;
let app: FastifyInstance;
let port: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-dashboard-'));
  await mkdir(join(folder, 'dist', 'assets'), { recursive: true });
  const files: Record<string, string | Buffer> = {
    'dist/index.html': page,
    'dist/index.html.br': brotliCompressSync(page),
    'dist/index.html.gz': gzipSync(page),
    'dist/assets/index-B1x2.js': script,
    'dist/assets/index-B1x2.js.br': brotliCompressSync(script),
    'dist/assets/index-B1x2.js.gz': gzipSync(script),
    'dist/assets/plain-C3.css': `/* ${'x'.repeat(8000)} */`,
    'dist/.hidden.txt': 'nobody’s',
    'secret.txt': 'outside',
  };
  for (const [path, content] of Object.entries(files)) await writeFile(join(folder, path), content);
  app = await served(join(folder, 'dist'));
  port = (app.server.address() as AddressInfo).port;
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

async function served(root: string): Promise<FastifyInstance> {
  const made = fastify({ routerOptions: { ignoreTrailingSlash: true } });
  packReplies(made);
  replyWithErrors(made, { info() {}, warn() {}, error() {} });
  dashboardRoutes(made, root, () => ({ name: 'understudy' }));
  await made.listen({ host: '127.0.0.1', port: 0 });
  return made;
}

/** As it is sent: nothing is unpacked, no path is tidied up. */
async function ask(path: string, headers: Record<string, string> = {}, method = 'GET') {
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number;
    headers: Record<string, unknown>;
    body: Buffer;
  }>();
  get({ host: '127.0.0.1', port, path, headers, method, agent: false }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('end', () =>
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
    );
  }).once('error', reject);
  return await promise;
}

const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';

describe('GET /', () => {
  it.each([
    [browser, page],
    ['text/html', page],
    ['application/json;q=0.5, text/html', page],
    ['application/json', '{"name":"understudy"}'],
    ['*/*', '{"name":"understudy"}'],
    ['', '{"name":"understudy"}'],
    ['application/json, text/html;q=0.9', '{"name":"understudy"}'],
  ])('accepting %j is %j', async (accept, body) => {
    const answer = await ask('/', accept === '' ? {} : { accept });
    expect(answer.status).toBe(200);
    expect(answer.body.toString()).toBe(body);
    expect(answer.headers.vary).toMatch(/^accept\b/);
  });

  it('is JSON in a browser that asks for it', async () => {
    expect((await ask('/?format=json', { accept: browser })).body.toString()).toBe('{"name":"understudy"}');
  });

  it('allows the page scripts of this server alone, and nobody to frame it', async () => {
    const { headers } = await ask('/', { accept: browser });
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    const policy = String(headers['content-security-policy']);
    expect(policy).toMatch(/^default-src 'self';/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/script-src|unsafe-eval|https?:/);
  });

  it('says how to build the page where it is not built, and serves it once it is', async () => {
    const root = join(folder, 'later');
    await using unbuilt = await served(root);
    const url = `http://127.0.0.1:${(unbuilt.server.address() as AddressInfo).port}/`;
    const asked = await fetch(url, { headers: { accept: browser } });
    expect(asked.status).toBe(404);
    expect(asked.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await asked.text()).toContain('npm run build:dashboard');
    expect(await (await fetch(url)).json()).toEqual({ name: 'understudy' });
    await mkdir(root);
    await writeFile(join(root, 'index.html'), page);
    expect(await (await fetch(url, { headers: { accept: browser } })).text()).toBe(page);
  });
});

describe('GET /dashboard/…', () => {
  const path = '/dashboard/assets/index-B1x2.js';

  it.each([
    ['br, gzip', 'br', brotliCompressSync(script)],
    ['gzip, deflate, br', 'br', brotliCompressSync(script)],
    ['gzip', 'gzip', gzipSync(script)],
    ['br;q=0, gzip', 'gzip', gzipSync(script)],
    ['identity', undefined, Buffer.from(script)],
  ])('is as it was packed beforehand, accepting %j', async (accept, coding, body) => {
    const answer = await ask(path, { 'accept-encoding': accept });
    expect(answer.headers['content-encoding']).toBe(coding);
    expect(answer.headers.vary).toBe('accept-encoding');
    expect(answer.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(answer.headers['content-length']).toBe(String(body.length));
    expect(answer.body.equals(body)).toBe(true);
  });

  it('is packed on the way where it was not beforehand', async () => {
    const answer = await ask('/dashboard/assets/plain-C3.css', { 'accept-encoding': 'br, gzip' });
    expect(answer.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
    expect(answer.body.length).toBeLessThan(200);
  });

  it('is kept for good where its name tells what it holds, and asked for again where not', async () => {
    const hashed = await ask(path);
    expect(hashed.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(hashed.headers['content-security-policy']).toMatch(/^default-src 'self'/);
    const { headers } = await ask('/', { accept: browser });
    const again = await ask('/', { accept: browser, 'if-none-match': String(headers.etag) });
    expect(again.status).toBe(304);
    expect(again.body).toHaveLength(0);
    expect((await ask('/', { accept: browser, 'if-none-match': 'W/"other"' })).status).toBe(200);
  });

  it('answers HEAD without the body', async () => {
    const answer = await ask(path, {}, 'HEAD');
    expect(answer.status).toBe(200);
    expect(answer.headers['content-length']).toBe(String(script.length));
    expect(answer.body).toHaveLength(0);
  });

  it.each([
    '/dashboard/assets/other.js',
    '/dashboard/assets',
    '/dashboard/assets/',
    '/dashboard/assets/index-B1x2.js.br',
    '/dashboard/.hidden.txt',
    '/dashboard/../secret.txt',
    '/dashboard/assets/../../secret.txt',
    '/dashboard/%2e%2e/secret.txt',
    '/dashboard/..%2fsecret.txt',
    '/dashboard/..%5csecret.txt',
    '/dashboard//etc/passwd.txt',
    '/dashboard/index.html%00.js',
    '/dashboard/index.constructor',
    `/dashboard/${'a/'.repeat(50)}a.js`,
  ])('%s is nowhere', async (asked) => {
    const answer = await ask(asked);
    expect(answer.status).toBe(404);
    expect(answer.body.toString()).toMatch(/^\{"error":"there is no /);
  });

  it('leads from its folder to the page', async () => {
    const answer = await ask('/dashboard/');
    expect({ status: answer.status, to: answer.headers.location }).toEqual({ status: 302, to: '/' });
  });

  it('takes nothing', async () => {
    const answer = await ask(path, {}, 'POST');
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe('GET, HEAD');
  });
});

describe('the server', () => {
  it('has a dashboard beside everything else', async () => {
    await using server = await startTestServer({ models: {}, dashboard: join(folder, 'dist') });
    const asked = await fetch(server.url, { headers: { accept: browser } });
    expect(await asked.text()).toBe(page);
    const made = await fetch(`${server.url}/dashboard/assets/index-B1x2.js`);
    expect(await made.text()).toBe(script);
    const { json } = await server.get('/');
    expect(json).toMatchObject({ name: 'understudy', models: [], paths: { 'GET /v2': 'server metadata' } });
  });
});
