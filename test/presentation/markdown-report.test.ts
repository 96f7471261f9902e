import { describe, expect, it } from 'vitest';
import { markdownReport } from '../../src/presentation/markdown-report.ts';
import { markdownCode, markdownText } from '../../src/presentation/markdown-text.ts';
import { hostile, simulatedReport } from '../support/simulated-report.ts';

const report = await simulatedReport();
const text = markdownReport(report);
const lines = text.split('\n');

describe('the report as Markdown', () => {
  it('begins with the verdict and the segment that decides it', () => {
    expect(lines[0]).toBe('## ✗ REJECT: <code>fraud</code> v7 → v8');
    expect(lines[2]).toMatch(
      /^- country=BR: v8 is right 1\d\.\d points less often than v7 .*which hides this\.$/,
    );
  });

  it('lists all traffic, then the segments worst first, in a table of GitHub', () => {
    const start = lines.indexOf('### Segments, worst first');
    expect(lines[start + 2]).toBe(
      '| segment | traffic | rows | agree | right v7 → v8 | difference, points | status |',
    );
    expect(lines[start + 3]).toBe('| --- | --: | --: | --: | --: | --: | --- |');
    expect(lines[start + 4]).toMatch(/^\| \*\*all traffic\*\* \| 100\.0% \| 30,000 \|/);
    expect(lines[start + 5]).toMatch(
      /^\| <code>country=BR<\/code> \|.* −1\d\.\d \[−\d+\.\d, −\d+\.\d\] \| \*\*✗ regressed\*\* \|$/,
    );
    for (const heading of ['### Readiness', '### Confidence and calibration', '### Latency and cost']) {
      expect(text).toContain(heading);
    }
    expect(text).not.toMatch(/NaN|undefined|null/);
  });

  it('folds away the long tail of segments that do well, and keeps below what GitHub takes', () => {
    const [worst, second] = report.segments;
    const many = Array.from({ length: 500 }, (_, index) => ({
      ...second!,
      segment: { column: 'merchant', value: `${index} `.repeat(20) },
    }));
    const long = markdownReport({ ...report, segments: [worst!, ...many] });
    expect(long).toContain('<details><summary>42 less worrying ones</summary>');
    expect(long).toContain('… and 451 more, in the JSON.');
    expect(long.length).toBeLessThan(65_536);
  });

  it('shows agreement before there are labels', async () => {
    const { maskedRows } = await import('../support/simulated-report.ts');
    const rows = maskedRows.slice(0, 2000).map((row) => ({ ...row, truth: null }));
    const early = markdownReport(await simulatedReport(rows));
    expect(early).toContain('… KEEP SHADOWING');
    expect(early).toContain('| agreement, % |');
    expect(early).not.toMatch(/NaN|undefined|null/);
  });

  it('makes nothing of what a client sent', () => {
    const attack = '<script>x</script> | `a` **b** [c](http://d) @octocat #12 :tada: ![e](f)\n# g';
    const shown = markdownReport(hostile(report, attack));
    expect(shown).not.toContain('<script>');
    expect(shown).not.toMatch(/@octocat|#12\b|http:\/\/d|:tada:|\*\*b|`a`|\]\(/);
    expect(shown.split('\n').filter((line) => line.startsWith('# '))).toEqual([]);
    // As many cells as ever: a pipe splits none.
    const row = shown.split('\n').find((line) => line.includes('script') && line.startsWith('| <code>'));
    expect(row?.split('|')).toHaveLength(9);
  });
});

describe('text as Markdown', () => {
  it.each([
    ['country=BR: v8 is right 15.3 points less', 'country=BR: v8 is right 15.3 points less'],
    ['a|b', 'a&#124;b'],
    ['<b>', '&#60;b&#62;'],
    ['- no list', '&#45; no list'],
    ['1. no list', '1&#46; no list'],
    ['# no heading', '&#35; no heading'],
    ['\u202eback\u0007', '·back·'],
    ['14.0 of 7 days', '14.0 of 7 days'],
    ['age_band _x_', 'age_band &#95;x&#95;'],
    ['@team', '@\u2060team'],
    ['www.x.org', 'www\u2060.x.org'],
  ])('%j is %j', (given, expected) => {
    expect(markdownText(given)).toBe(expected);
  });

  it('in a typewriter face is escaped all the same', () => {
    expect(markdownCode('a`</code>')).toBe('<code>a&#96;&#60;/code&#62;</code>');
  });
});
