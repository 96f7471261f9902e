import { describe, expect, it } from 'vitest';
import { quoted } from '../../src/protocol/quoting.ts';

describe('client text in a sentence', () => {
  it.each([
    ['a "b" \\ \n', '"a \\"b\\" \\\\ \\n"'],
    ['a DEL \u007f', '"a DEL \\u007f"'],
    ['what begins a terminal’s sequence \u009b2J', '"what begins a terminal’s sequence \\u009b2J"'],
    ['lines \u2028 \u2029', '"lines \\u2028 \\u2029"'],
    ['half a pair \ud800', '"half a pair \\ud800"'],
    ['é😀', '"é😀"'],
  ])('is quoted so that it can steer nothing: %j', (text, expected) => {
    expect(quoted(text)).toBe(expected);
  });
});
