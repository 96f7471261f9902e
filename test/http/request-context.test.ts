import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mlp } from '../support/onnx-models.ts';
import { rawRequest } from '../support/raw-http.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    models: {
      'fraud/7/model.onnx': mlp({ seed: 7 }),
      'fraud/8/model.onnx': mlp({ seed: 8 }),
      'fraud/deployment.yaml': 'shadows: [{version: 8, sample: 100%}]',
    },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

const body = '{"features":[1,2,3,4]}';

/** Sends a request with these headers, names and values in turn. */
async function send(...headers: string[]): Promise<{ status: number; id?: string; error?: string }> {
  const { status, text } = await rawRequest(`${server.url}/predict/fraud`, headers, [body]);
  return { status, ...JSON.parse(text) };
}

/** The compared row of a request, as the log keeps it. */
async function logged(requestId: string): Promise<Record<string, unknown>> {
  await server.server.settle(10_000);
  await server.server.settle(10_000);
  await server.server.flush();
  const { json } = await server.get('/v2/models/fraud/comparisons?limit=1000');
  return json.comparisons.find((row: Record<string, unknown>) => row.request_id === requestId);
}

/** UTF-8 as it travels in a header. */
const utf8 = (text: string): string => Buffer.from(text).toString('latin1');

describe('the headers of a request', () => {
  it('say its id, whom it is about, its segments and when it happened', async () => {
    const answer = await send(
      ...['x-request-id', 'order-1', 'x-entity-id', 'u17', 'x-segment-COUNTRY', 'DE'],
      ...['x-segment-age-band', '30-45', 'x-timestamp', '2026-03-01T12:00:00+02:00'],
    );
    expect(answer).toMatchObject({ status: 200, id: 'order-1' });
    expect(await logged('order-1')).toMatchObject({
      seg_country: 'DE',
      seg_age_band: '30-45',
      entity_hash: expect.stringMatching(/^[0-9a-f]{16}$/),
      ts: expect.stringMatching(/^2026-03-01T10:00:00/),
    });
  });

  it('are read as UTF-8', async () => {
    const id = 'Größe-東京';
    expect(await send('x-request-id', utf8(id), 'x-segment-city', utf8('Köln'))).toMatchObject({ id });
    expect(await logged(id)).toMatchObject({ seg_city: 'Köln' });
  });

  it('give way to what the body says', async () => {
    const { text } = await rawRequest(
      `${server.url}/predict/fraud`,
      ['x-request-id', 'from-header', 'x-segment-country', 'DE', 'x-segment-channel', 'web'],
      ['{"id":"from-body","segments":{"country":"FR"},"features":[1,2,3,4]}'],
    );
    expect(JSON.parse(text).id).toBe('from-body');
    expect(await logged('from-body')).toMatchObject({ seg_country: 'FR', seg_channel: 'web' });
  });

  it('that are not for this server are none of its business', async () => {
    expect(
      await send('x-forwarded-for', '10.0.0.1', 'x-forwarded-for', '10.0.0.2', 'x-request', 'a'),
    ).toMatchObject({
      status: 200,
    });
  });

  it.each([
    [['x-request-id', 'a', 'x-request-id', 'b'], /header x-request-id is given 2 times; give it once/],
    [['x-entity-id', 'a', 'X-Entity-Id', 'a'], /header x-entity-id is given 2 times/],
    [['x-segment-country', 'DE', 'x-segment-country', 'FR'], /x-segment-country is given 2 times/],
    [['x-segment-age-band', '1', 'x-segment-age_band', '2'], /segment "age_band" is given by two headers/],
    [['x-request-id', ''], /request id is empty/],
    [['x-request-id', 'a'.repeat(257)], /257 characters; it must have 1 to 256/],
    [['x-entity-id', 'a'.repeat(257)], /entity has 257 characters/],
    [['x-segment-country', 'a'.repeat(129)], /"country" has 129 characters; it must have 1 to 128/],
    [['x-segment-', 'DE'], /segment name "" is not usable/],
    [['x-segment-1st', 'DE'], /segment name "1st" is not usable/],
    [['x-segment-country', '\xff\xfe'], /header x-segment-country is not valid UTF-8/],
    [['x-timestamp', 'yesterday'], /timestamp "yesterday" is not usable.*2026-11-23T15:11:00Z/],
    [['x-timestamp', '2026-03-01T12:00:00'], /no time zone/],
    [['x-timestamp', '2026-02-30T12:00:00Z'], /no such date/],
    [
      Array.from({ length: 17 }, (_, i) => [`x-segment-s${i}`, 'v']).flat(),
      /more than 16 segments; 16 is the most/,
    ],
  ])('are refused where they cannot be used: %j', async (headers, sentence) => {
    expect(await send(...headers)).toEqual({ status: 400, error: expect.stringMatching(sentence) });
  });
});
