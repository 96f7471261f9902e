import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { suitePage } from '../../../../bench/suite/page/suite-page.ts';
import { evenTicks, logTicks, shortNumber } from '../../../../bench/suite/page/ticks.ts';
import { madeUpResults } from './made-up-page.ts';

const { document } = parseHTML(suitePage(madeUpResults('it')));
const textOf = (selector: string): string => document.querySelector(selector)?.textContent ?? '';

describe('the page of a run', () => {
  it('says first what was wanted, and whether it was hit', () => {
    const rows = [...document.querySelectorAll('.wanted tbody tr')];
    expect(rows.map((row) => row.lastElementChild!.textContent)).toEqual(['hit', 'miss', 'miss']);
    expect(textOf('section h2')).toContain('1 of 3 hit');
    expect(rows[0]!.querySelector('a')!.getAttribute('href')).toBe('#made-beside');
    expect(document.getElementById('made-beside')).not.toBeNull();
  });

  it('draws ratios, load, latencies, and what was used, each with its numbers for those who do not see it', () => {
    const labels = [...document.querySelectorAll('svg[aria-label]')].map(
      (svg) => svg.getAttribute('aria-label')!,
    );
    const label = (begin: string): string => labels.find((one) => one.startsWith(begin)) ?? '';
    expect(label('Throughput, more is better')).toContain('beside: 0.90. sweep: 0.70.');
    expect(label('Throughput in rows per second')).toContain('JSON: 200 at 1, 12.8k at 64.');
    expect(label('Latency in milliseconds, 50th and 99th')).toContain('JSON: 2.1 at 1, 8.4 at 64.');
    expect(label('Latency in milliseconds by percentile')).toContain('ours: median 2.00, 99% 3.00.');
    for (const what of ['CPU in % of a core', 'Memory in MiB', 'GPU in %', 'Memory of the GPU in MiB']) {
      expect(label(what)).toContain('primary: ');
    }
  });

  it('says why a case has no figures', () => {
    expect(textOf('#made-broken .failure')).toBe('Not measured: there is no it');
  });

  it('asks nobody for anything and escapes every name', () => {
    const text = '<script src="http://x"></script>';
    const page = suitePage(madeUpResults(text));
    expect(page).toContain("default-src 'none'");
    const hostile = parseHTML(page).document;
    expect(hostile.querySelectorAll('script, [src], link, [href]:not([href^="#"])')).toHaveLength(0);
    expect(hostile.querySelector('#made-broken .failure')!.textContent).toBe(
      `Not measured: there is no ${text}`,
    );
  });
});

describe('ticks', () => {
  it('are round, and about as many as find room', () => {
    expect(logTicks(3, 300)).toEqual([5, 10, 20, 50, 100, 200]);
    expect(logTicks(1, 1e9)).toEqual([1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]);
    expect(logTicks(0.92, 1.13)).toEqual([1]);
    expect(evenTicks(11)).toEqual([0, 2, 4, 6, 8, 10]);
    expect(evenTicks(0.35)).toEqual([0, 0.1, 0.2, expect.closeTo(0.3)]);
  });

  it('are short', () => {
    expect([0.05, 12, 1500, 2_500_000].map(shortNumber)).toEqual(['0.05', '12', '1.5k', '2.5M']);
  });
});
