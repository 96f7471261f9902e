import { describe, expect, it } from 'vitest';
import { fromSpreadsheetText, spreadsheetText } from '../../src/log/spreadsheet-text.ts';

describe('text for a spreadsheet', () => {
  it.each([
    ['=HYPERLINK("http://x")', `'=HYPERLINK("http://x")`],
    ['@SUM(1)', "'@SUM(1)"],
    ['＝1+1', "'＝1+1"],
    ['-2', "'-2"],
    ['0012', "'0012"],
    ['MAR1', "'MAR1"],
    ['true', "'true"],
    ['a;=cmd', "a;'=cmd"],
    ['a\n+1', "a\n'+1"],
    ["'quoted", "''quoted"],
    ['r1', 'r1'],
    ['marble', 'marble'],
    ['country=BR', 'country=BR'],
  ])('%j is %j, and that comes back', (text, expected) => {
    expect(spreadsheetText(text)).toBe(expected);
    expect(fromSpreadsheetText(expected)).toBe(text);
  });

  it('comes back whatever it is made of', () => {
    const alphabet = ["'", '=', ';', '\t', '\n', '\r', '@', '1', 'a', '-'];
    for (let number = 0; number < 10_000; number++) {
      const text = [...String(number).padStart(4, '0')].map((digit) => alphabet[Number(digit)]).join('');
      expect(fromSpreadsheetText(spreadsheetText(text)), JSON.stringify(text)).toBe(text);
    }
  });
});
