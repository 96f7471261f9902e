import { describe, expect, it } from 'vitest';
import type { TrafficCount } from '../../src/log/traffic-count.ts';
import { SegmentCensus } from '../../src/shadow/segment-census.ts';

function census(declared: readonly string[] = []) {
  const told: string[] = [];
  return { told, census: new SegmentCensus(declared, ({ sentence }) => told.push(sentence)) };
}

const of = (segments: Record<string, string>): TrafficCount => ({
  ...{ model: 'fraud', primaryVersion: '7', shadowVersion: '8', role: 'shadow', hourMs: 0, segments },
  ...{ requests: 1, rows: 1, sampledRows: 0, primaryErrorRows: 0, droppedRows: {} },
});

describe('the census of segments', () => {
  it('lets a thousand values be, and refuses the column of one more, once and in a sentence', () => {
    const { census: values, told } = census();
    const segments = (i: number) => values.bound([of({ user: `u${i}`, country: 'DE' })])[0]?.segments;
    for (let i = 0; i < 1000; i++) expect(segments(i)).toEqual({ user: `u${i}`, country: 'DE' });
    expect(told).toEqual([]);
    expect(segments(1000)).toEqual({ user: 'u1000', country: 'DE' });
    for (let i = 900; i < 2000; i++) expect(segments(i)).toEqual({ country: 'DE' });
    expect(told).toEqual([
      expect.stringMatching(/^segment user has more than 1,000 values, so it is refused/),
    ]);
    expect(values.refused.map(({ column }) => column)).toEqual(['user']);
    expect(values.isRefused('country')).toBe(false);
  });

  it('counts by a bounded number of combinations, and beyond it by what is declared', () => {
    const { census: values } = census(['country']);
    const country = ['DE', 'FR', 'PL'];
    const seen = new Set<string>();
    for (let i = 0; i < 30_000; i++) {
      const segments = { country: country[i % 3]!, a: `${i % 500}`, b: `${Math.floor(i / 500)}` };
      seen.add(JSON.stringify(values.bound([of(segments)])[0]?.segments));
    }
    expect(seen.size).toBe(10_003);
    for (const name of country) expect(seen).toContain(JSON.stringify({ country: name }));
    expect(values.refused).toEqual([]);
  });

  it('does not lose a row', () => {
    const { census: values } = census();
    const counts = Array.from({ length: 3000 }, (_, i) => of({ user: `u${i}` }));
    expect(values.bound(counts).reduce((sum, { rows }) => sum + rows, 0)).toBe(3000);
  });
});
