import { createHash } from 'node:crypto';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { htmlReport } from '../../src/presentation/html-report.ts';
import { htmlStyle } from '../../src/presentation/html-style.ts';
import { hostile, maskedRows, simulatedReport } from '../support/simulated-report.ts';

const report = await simulatedReport();
const page = htmlReport(report);
const { document } = parseHTML(page);
const textOf = (selector: string): string => document.querySelector(selector)?.textContent?.trim() ?? '';

describe('the report as a page', () => {
  it('begins with the verdict and its first reason, then the worst segment', () => {
    expect(textOf('h1')).toBe('✗ REJECT');
    expect(textOf('.reason')).toMatch(/^country=BR: v8 is right 1\d\.\d points less often than v7/);
    const [all, worst] = document.querySelectorAll('.segments tbody tr');
    expect(all?.textContent).toMatch(/^all traffic100\.0%30,000/);
    expect(worst?.getAttribute('class')).toBe('regressed');
    expect(worst?.textContent).toMatch(/^country=BR.*−1\d\.\d \[−\d+\.\d, −\d+\.\d\]✗ regressed/);
  });

  it('is one file: it refers to nothing, runs nothing, and its policy allows its own style sheet only', () => {
    const style = textOf('style') === '' ? '' : document.querySelector('style')!.textContent!;
    const policy = document
      .querySelector('meta[http-equiv="Content-Security-Policy"]')
      ?.getAttribute('content');
    const hash = createHash('sha256').update(style).digest('base64');
    expect(policy).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
    );
    expect(document.querySelectorAll('style').length).toBe(1);
    expect(
      document.querySelectorAll('script, link, img, iframe, object, a, [style], [src], [href]').length,
    ).toBe(0);
    expect(page.replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:|url\(|@import/);
  });

  it('is for light and dark, for narrow screens and for paper', () => {
    for (const media of ['prefers-color-scheme: dark', 'max-width: 700px', '@media print']) {
      expect(page).toContain(media);
    }
    expect(document.querySelector('meta[name=viewport]')?.getAttribute('content')).toContain('device-width');
  });

  it('has headings, tables with headers, and plots that say what they show', () => {
    expect(document.querySelectorAll('h1').length).toBe(1);
    const headings = [...document.querySelectorAll('h2')].map(
      (heading) => heading.textContent?.split(' ')[0],
    );
    expect(headings).toEqual(['Segments', 'Readiness', 'Confidence', 'Latency', 'Flips', 'Cost']);
    for (const table of document.querySelectorAll('table')) {
      expect(table.querySelectorAll('thead th[scope=col]').length).toBeGreaterThan(1);
    }
    for (const row of document.querySelectorAll('.segments tbody tr')) {
      expect(row.querySelector('th[scope=row]')).not.toBeNull();
    }
    const plots = [...document.querySelectorAll('svg')];
    expect(plots.length).toBeGreaterThan(10);
    for (const plot of plots) {
      // Either it speaks, or the numbers stand beside it.
      expect(plot.getAttribute('aria-hidden') === 'true').toBe(plot.getAttribute('aria-label') === null);
      expect(plot.innerHTML).not.toMatch(/NaN|undefined|Infinity/);
    }
    expect(plots.map((plot) => plot.getAttribute('aria-label')).filter(Boolean)).toEqual([
      expect.stringMatching(/^Histogram of confidence\. v7: mean 0\.\d{3}; v8: mean 0\.\d{3}\.$/),
      expect.stringMatching(
        /^Reliability: share that was right by confidence\. v7: \d+% at 0\.\d\d, .*\. v8: /,
      ),
      expect.stringMatching(/^Latency in milliseconds\. v7 primary: median /),
      expect.stringMatching(/^Matrix of flips from v7 to v8/),
    ]);
  });

  it('says with a sign and a word what it says with a colour', () => {
    const statuses = [...document.querySelectorAll('.segments .status')].map((cell) => cell.textContent);
    expect(new Set(statuses)).toEqual(new Set(['✗ regressed', '✓ better']));
    expect(textOf('figcaption')).toMatch(/v7, filled.*v8, outlined/);
  });

  it('draws every interval on one scale', () => {
    const dots = [...document.querySelectorAll('.segments tbody svg')].map((svg) =>
      Number(
        svg
          .querySelector('circle')
          ?.getAttribute('transform')
          ?.match(/\(([^,]+)/)?.[1] ?? svg.querySelector('circle')?.getAttribute('cx'),
      ),
    );
    const estimates = [report.overall, ...report.segments.map(({ block }) => block)].map(
      ({ accuracy }) => accuracy!.difference!.estimate,
    );
    const order = (values: readonly number[]) =>
      values
        .map((value, index) => ({ value, index }))
        .toSorted((a, b) => a.value - b.value)
        .map(({ index }) => index);
    expect(order(dots)).toEqual(order(estimates));
  });

  it('shows as text what a client sent, in tables and in plots', () => {
    const attack = `<script>alert(1)</script><img src=x onerror=alert(1)>"'&\u202e`;
    const { document: attacked } = parseHTML(htmlReport(hostile(report, attack)));
    expect(attacked.querySelectorAll('script, img, [onerror]').length).toBe(0);
    const harmless = attack.replace('\u202e', '·');
    expect(attacked.querySelector('.reasons')?.textContent).toContain(harmless);
    expect(attacked.querySelector('.segments .regressed th')?.textContent).toBe(`country=${harmless}`);
    expect(attacked.querySelector('.gates')?.textContent).toContain(harmless);
    const matrix = [...attacked.querySelectorAll('svg')].at(-1);
    expect(matrix?.textContent).toContain('<script>alert');
  });
});

it('a report without labels has a page of agreement', async () => {
  const rows = maskedRows.slice(0, 2000).map((row) => ({ ...row, truth: null }));
  const early = htmlReport(await simulatedReport(rows));
  expect(early).toContain('agreement, %');
  expect(early).toContain('Which version is right is not known yet');
  expect(early).not.toMatch(/NaN|undefined|>null/);
});

it('a report without rows has a page', async () => {
  const empty = htmlReport(await simulatedReport([]));
  expect(empty).toContain('KEEP SHADOWING');
  expect(empty).toContain('not enough yet');
  expect(empty).not.toMatch(/NaN|undefined|>null/);
});

it('a report of a regression has a page of errors', async () => {
  const rows = maskedRows.slice(0, 2000).map((row, index) => ({
    ...row,
    primary: { value: 100 + (index % 7) },
    shadow: { value: 100 + (index % 5) },
    truth: 100,
  }));
  const errors = htmlReport(await simulatedReport(rows, { task: 'regression' }));
  expect(errors).toContain('difference of mean absolute errors');
  expect(errors).toMatch(/−0\.99\d \[/);
  expect(errors).not.toMatch(/NaN|undefined|>null/);
});

/** WCAG 2.2: ratio of relative luminances, 1 to 21. */
function contrast(one: string, other: string): number {
  const [darker, lighter] = [one, other].map(luminance).toSorted((a, b) => a - b);
  return (lighter! + 0.05) / (darker! + 0.05);
}

function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

describe('the colours of the page', () => {
  const palettes = [...htmlStyle.matchAll(/:root \{([^}]*)\}/g)].map(
    ([, block]) =>
      new Map([...block!.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name, hex]) => [name!, hex!])),
  );

  it.each(['light', 'dark'])('can be told from the paper (%s)', (scheme) => {
    const palette = palettes[scheme === 'light' ? 0 : 1]!;
    for (const name of ['text', 'quiet', 'regressed', 'undecided', 'good', 'primary', 'shadow']) {
      expect(contrast(palette.get(name)!, palette.get('paper')!), name).toBeGreaterThan(4.5);
    }
    for (const name of ['regressed', 'undecided', 'good']) {
      expect(contrast(palette.get(name)!, palette.get('on-badge')!), name).toBeGreaterThan(4.5);
    }
  });
});
