import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mlp } from '../support/onnx-models.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { featuresOf, inferBody, sendAll, settled } from '../support/traffic.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    models: {
      'fraud/7/model.onnx': mlp({ seed: 1 }),
      'fraud/8/model.onnx': mlp({ seed: 2 }),
      'fraud/deployment.yaml':
        'primary: 7\nshadows: [{version: 8, sample: 100%}]\ninterference_budget: off\n',
    },
  });
  await sendAll(40, (i) => {
    const parameters = { 'segment.country': i % 2 === 0 ? '<script>alert(1)</script>' : '|@octocat|' };
    return server.post('/v2/models/fraud/infer', inferBody([featuresOf(i)], { id: `r${i}`, parameters }));
  });
  await settled(server);
});
afterAll(() => server[Symbol.asyncDispose]());

async function report(query: string, accept?: string) {
  const response = await fetch(`${server.url}/v2/models/fraud/report${query}`, {
    headers: accept === undefined ? {} : { accept },
  });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}

const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';

describe('GET report', () => {
  it.each([
    ['', undefined, 'application/json'],
    ['', '*/*', 'application/json'],
    ['', 'application/json', 'application/json'],
    ['', 'image/png', 'application/json'],
    ['', browser, 'text/html; charset=utf-8'],
    ['', 'text/html;q=0.5, text/markdown', 'text/markdown; charset=utf-8'],
    ['', 'text/html;q=x, constructor, ;;, ,', 'application/json'],
    ['?format=json', browser, 'application/json'],
    ['?format=html', undefined, 'text/html; charset=utf-8'],
    ['?format=markdown&shadow=8', undefined, 'text/markdown; charset=utf-8'],
  ])('%j, accepting %j, is %s', async (query, accept, type) => {
    const answer = await report(query, accept);
    expect({ status: answer.status, type: answer.type }).toEqual({ status: 200, type });
    const beginnings = {
      a: /^\{"model":"fraud"/,
      h: /^<!doctype html>/,
      m: /^## … KEEP SHADOWING: <code>fraud/,
    };
    const [, kind] = /^(?:text\/)?(.)/.exec(type)!;
    expect(answer.text).toMatch(beginnings[kind as keyof typeof beginnings]);
  });

  it('shows what clients sent as text', async () => {
    const [page, comment] = [await report('?format=html'), await report('?format=markdown')];
    expect(page.text).not.toContain('<script');
    expect(page.text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(comment.text).not.toMatch(/<script|@octocat/);
  });

  it('is a Parquet file to keep for who asks for one', async () => {
    for (const [query, accept] of [
      ['?format=parquet', '*/*'],
      ['', 'application/vnd.apache.parquet'],
    ] as const) {
      const answer = await fetch(`${server.url}/v2/models/fraud/report${query}`, { headers: { accept } });
      expect(answer.headers.get('content-type')).toBe('application/vnd.apache.parquet');
      expect(answer.headers.get('content-disposition')).toBe('attachment; filename="fraud-report.parquet"');
      const bytes = Buffer.from(await answer.arrayBuffer());
      expect(bytes.subarray(0, 4).toString()).toBe('PAR1');
      expect(bytes.subarray(-4).toString()).toBe('PAR1');
    }
  });

  it('refuses another format with a sentence', async () => {
    const answer = await report('?format=pdf', browser);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toEqual({ error: '"format" is json, markdown, html or parquet' });
  });
});
