import { DDSketch } from '@datadog/sketches-js';
import { describe, expect, it } from 'vitest';
import { numberIn, numbersIn } from '../../../src/analysis/rows/row-fields.ts';
import { bucketSql, sketchOf } from '../../../src/analysis/statistics/latency-sketch.ts';
import { openMemoryDatabase } from '../../support/duckdb-query.ts';
import { seededRandom } from '../../support/random.ts';

/** Counts the values by bucket, as the report does. */
async function sketchOfValues(select: string) {
  using database = await openMemoryDatabase();
  const [row] = await database.query(
    `WITH counted AS (SELECT ${bucketSql('x')} AS bucket, count(*) AS n FROM (${select}) GROUP BY bucket)
     SELECT list(bucket ORDER BY bucket) AS buckets, list(n ORDER BY bucket) AS counts FROM counted WHERE bucket IS NOT NULL`,
  );
  return sketchOf(numbersIn(row, 'buckets'), numbersIn(row, 'counts'));
}

describe('a latency sketch', () => {
  it('gives the reference quantiles of .1, .2, …, 1000', async () => {
    const sketch = await sketchOfValues('SELECT i / 10 AS x FROM range(1, 10001) r(i)');
    expect(sketch.count).toBe(10_000);
    expect(sketch.getValueAtQuantile(0.5)).toBeCloseTo(497.779, 3);
    expect(sketch.getValueAtQuantile(0.95)).toBeCloseTo(944.049, 3);
    expect(sketch.getValueAtQuantile(0.99)).toBeCloseTo(982.578, 3);
  });

  it('has the library’s own buckets, though they are computed in SQL', async () => {
    using database = await openMemoryDatabase();
    const { mapping } = new DDSketch({ relativeAccuracy: 0.01 });
    const random = seededRandom(5);
    const anywhere = Array.from({ length: 20_000 }, () => 10 ** (random() * 14 - 3));
    const borders = Array.from({ length: 1600 }, (_, index) => mapping.gamma ** (index - 300));
    const beside = borders.flatMap((border) => [border * (1 - 1e-12), border * (1 + 1e-12)]);
    const values = [...anywhere, ...beside].filter((value) => value >= 0.001 && value <= 1e12);
    await database.connection.run('CREATE TABLE latencies (i INTEGER, x DOUBLE)');
    const appender = await database.connection.createAppender('latencies');
    values.forEach((value, index) => {
      appender.appendInteger(index);
      appender.appendDouble(value);
      appender.endRow();
    });
    appender.closeSync();
    const rows = await database.query(`SELECT ${bucketSql('x')} AS bucket FROM latencies ORDER BY i`);
    expect(rows.map((row) => numberIn(row, 'bucket'))).toEqual(values.map((value) => mapping.key(value)));
  });

  it('of several hours is merged from theirs, and is what all rows would have given', async () => {
    const values = (where: string) =>
      `SELECT 50 * exp(3 * (hash(i) % 1000) / 1000) AS x FROM range(20000) r(i) WHERE ${where}`;
    const whole = await sketchOfValues(values('true'));
    const merged = new DDSketch({ relativeAccuracy: 0.01 });
    for (const hour of [0, 1, 2]) merged.merge(await sketchOfValues(values(`i % 3 = ${hour}`)));
    expect(merged.count).toBe(20_000);
    for (const share of [0.5, 0.9, 0.99, 0.999]) {
      expect(merged.getValueAtQuantile(share)).toBe(whole.getValueAtQuantile(share));
    }
    const exact = 50 * Math.exp(3 * 0.9);
    expect(Math.abs(whole.getValueAtQuantile(0.9) / exact - 1)).toBeLessThan(0.011);
  });

  it('knows zero, leaves out what was not measured, and stands what no clock can say', async () => {
    const sketch = await sketchOfValues(
      `SELECT unnest([0, 0, 0, -1e-9, 0.0000001, 7, NULL, 'infinity', 'nan']::DOUBLE[]) AS x`,
    );
    expect(sketch.count).toBe(8);
    expect(sketch.getValueAtQuantile(0.5)).toBe(0);
    expect(Math.abs(sketch.getValueAtQuantile(5 / 7) / 7 - 1)).toBeLessThan(0.01);
    expect(sketch.getValueAtQuantile(1)).toBeGreaterThan(0.9e12);
  });
});
