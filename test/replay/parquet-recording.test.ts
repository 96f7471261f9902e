import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { ModelSignature } from '../../src/protocol/signature.ts';
import { openParquetRecording } from '../../src/replay/parquet-recording.ts';
import type { RecordedEntry } from '../../src/replay/recording.ts';
import { askElsewhere, temporaryDirectory } from '../log/open-test-log.ts';

const signature: ModelSignature = {
  ...{ model: 'fraud', version: '7', outputs: [], featureNames: ['amount', 'age'] },
  inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 2] }],
};
const directory = temporaryDirectory();
afterAll(() => directory[Symbol.dispose]());
let files = 0;

/** What is read of a file with these rows, in SQL. */
async function entriesOf(select: string): Promise<RecordedEntry[]> {
  const path = join(directory.path, `r${files++}.parquet`);
  await askElsewhere(`COPY (${select}) TO '${path}' (FORMAT parquet)`);
  const recording = await openParquetRecording(path, { model: 'fraud', derived: new Set() });
  const entries: RecordedEntry[] = [];
  let last = 0;
  for await (const portion of recording.read(signature)) {
    entries.push(...portion.entries);
    last = portion.progress;
  }
  if (entries.length > 0) expect(last).toBe(1);
  return entries;
}

async function only(select: string) {
  const [entry] = await entriesOf(select);
  if (entry === undefined || 'refusal' in entry) throw new Error(entry?.refusal ?? 'nothing was read');
  return { ...entry, features: JSON.parse(Buffer.from(entry.body).toString()).features };
}

describe('a row of a Parquet file', () => {
  it.each([
    ['1.5 AS amount, 30 AS age', { amount: 1.5, age: 30 }],
    ['0.1::FLOAT AS amount, 9007199254740993 AS age', { amount: Math.fround(0.1), age: 9007199254740992 }],
    ['1.25::DECIMAL(9,4) AS amount, true AS age', { amount: 1.25, age: true }],
    ['[1.5, 30]::FLOAT[] AS x', { x: [1.5, 30] }],
    ['[1.5, 30]::FLOAT[2] AS features', [1.5, 30]],
    ["{'amount': 1.5, 'age': 30} AS features", { amount: 1.5, age: 30 }],
    ["MAP {'amount': 1.5, 'age': 30} AS features", { amount: 1.5, age: 30 }],
    ['\'{"x": [1.5, 30]}\' AS features', { x: [1.5, 30] }],
    ["NULL::DOUBLE AS amount, 'nan'::DOUBLE AS age", { amount: null, age: 'NaN' }],
  ])('has its features from %s', async (columns, features) => {
    expect((await only(`SELECT ${columns}`)).features).toEqual(features);
  });

  it.each([
    ["TIMESTAMP '2026-11-23 04:00:00.5' AS ts", Date.UTC(2026, 10, 23, 4, 0, 0, 500)],
    ["TIMESTAMPTZ '2026-11-23 04:00:00+02' AS timestamp", Date.UTC(2026, 10, 23, 2)],
    ["DATE '2026-11-23' AS ts", Date.UTC(2026, 10, 23)],
    ["'2026-11-23T04:00:00+01:00' AS timestamp, DATE '2020-01-01' AS ts", Date.UTC(2026, 10, 23, 3)],
    ['NULL::TIMESTAMP AS ts', null],
  ])('has its time from %s', async (column, timestampMs) => {
    expect((await only(`SELECT [1, 2] AS x, ${column}`)).context.timestampMs).toBe(timestampMs);
  });

  it.each([
    ["'DE' AS seg_country, 7 AS seg_size, NULL AS seg_shop", { country: 'DE', size: '7' }],
    ["{'country': 'DE', 'size': 7} AS segments", { country: 'DE', size: '7' }],
    ["MAP {'country': 'DE'} AS segments, 'app' AS seg_channel", { country: 'DE', channel: 'app' }],
    ['\'{"country": "DE"}\' AS segments', { country: 'DE' }],
    ['NULL::VARCHAR AS segments', null],
  ])('has its segments from %s', async (columns, segments) => {
    expect((await only(`SELECT [1, 2] AS x, ${columns}`)).context.segments).toEqual(segments);
  });

  it('has its id, entity and label as text, number or truth value', async () => {
    const row = await only(
      "SELECT 17 AS id, 'other' AS request_id, 4711 AS entity, true AS label, [1, 2] AS x",
    );
    expect(row.context).toMatchObject({ id: '17', entity: '4711' });
    expect(row.labels).toMatchObject([{ requestId: '17', label: '1', value: 1, source: 'file' }]);
    expect((await only("SELECT '{cat}' AS label, [1, 2] AS x")).labels).toMatchObject([{ label: '{cat}' }]);
    const bare = await only('SELECT [1, 2] AS x, NULL::INTEGER AS label');
    expect(bare.context.id).toMatch(/^r\d+\.parquet:1$/);
    expect(bare.labels).toEqual([]);
  });

  it.each([
    ["'' AS id", 'The request id is empty; it must have 1 to 256 characters.'],
    ["repeat('x', 200) AS seg_country", 'The value of the segment "country" has 200 characters'],
    ["'tomorrow' AS ts", 'The timestamp "tomorrow" is not usable'],
    ["'2026-11-23T04:00:00' AS ts", 'it has no time zone'],
    ["{'a': 1} AS label", 'the row has an object as label'],
    ["'{' AS segments", 'The body is not valid JSON'],
    ['\'"country"\' AS segments', 'The column "segments" is no object'],
    ["{'place': {'country': 'DE'}} AS segments", 'The value of the segment "place" is an object or a list'],
  ])('is refused by itself where %s', async (column, sentence) => {
    const [refused] = await entriesOf(`SELECT [1, 2] AS x, ${column}`);
    expect(refused).toMatchObject({ number: 1, refusal: expect.stringContaining(sentence) });
  });

  it('of many is read in the order of the file', async () => {
    const entries = await entriesOf('SELECT i AS id, [i, 1] AS x FROM range(5000) r(i)');
    expect(entries.map((entry) => ('context' in entry ? entry.context.id : null))).toEqual(
      Array.from({ length: 5000 }, (_, i) => String(i)),
    );
  });

  it('of an empty file there is none', async () => {
    expect(await entriesOf('SELECT 1 AS id, [1, 2] AS x WHERE false')).toEqual([]);
  });
});
