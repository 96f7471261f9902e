import { describe, expect, it } from 'vitest';
import { parseProtobufText, type TextMessage, type TextValue } from '../../src/config/protobuf-text.ts';
import { seededRandom } from '../support/random.ts';

/** As a test likes to read it: a list of names and values. */
function plain(message: TextMessage): unknown[] {
  return message.map(({ name, value }) => [name, plainValue(value)]);
}
function plainValue(value: TextValue): unknown {
  if (value.kind === 'message') return plain(value.fields);
  return value.kind === 'text' ? { text: value.text } : value.word;
}
const parsed = (text: string) => plain(parseProtobufText(text));

describe('protobuf text', () => {
  it('is read with all ways to write it', () => {
    const text = `
      # A comment; and : another { one
      name: "m"   platform : 'x'
      a: 1, b: -2; c: 1.5e-3 d: TRUE e: KIND_GPU f: - 7 g: -inf
      m1 { x: 1 } m2: < x: 1 >
      list: [1, 2, 3] empty: [] one [ { k: 1 }, < k: 2 > ]
      [a.b/c.d]: 5
      joined: "a" 'b'
            "c"
    `;
    expect(parsed(text)).toEqual([
      ...[
        ['name', { text: 'm' }],
        ['platform', { text: 'x' }],
      ],
      ...[
        ['a', '1'],
        ['b', '-2'],
        ['c', '1.5e-3'],
        ['d', 'TRUE'],
        ['e', 'KIND_GPU'],
        ['f', '-7'],
        ['g', '-inf'],
      ],
      ...[
        ['m1', [['x', '1']]],
        ['m2', [['x', '1']]],
      ],
      ...[
        ['list', '1'],
        ['list', '2'],
        ['list', '3'],
        ['one', [['k', '1']]],
        ['one', [['k', '2']]],
      ],
      ['[a.b/c.d]', '5'],
      ['joined', { text: 'abc' }],
    ]);
    expect(parsed('')).toEqual([]);
  });

  it('has the escapes of C in its texts', () => {
    const text = String.raw`t: "a\n\t\"\'\\ \101\x42\u00e9 # no comment"`;
    expect(parsed(text)).toEqual([['t', { text: 'a\n\t"\'\\ ABé # no comment' }]]);
  });

  it.each([
    ['a: 1\nb 2', 'line 2: ":" was expected, not "2"'],
    ['a {\n b: 1\n', 'line 3: "}" was expected, not "the end"'],
    ['a < b: 1 }', 'line 1: ">" was expected, not "}"'],
    ['a: 1 }', 'line 1: end was expected, not "}"'],
    ['a: [1 2]', 'line 1: "]" was expected, not "2"'],
    ['a: "open\nb: 1', 'line 1: "\\"" is not expected here'],
    ['a: \n\n @', 'line 3: "@" is not expected here'],
    ['a:', 'line 1: word was expected, not "the end"'],
    [`${'a {'.repeat(40)}`, 'line 1: messages lie more than 32 deep in each other'],
  ])('that is wrong is refused with the line: %j', (text, sentence) => {
    expect(() => parseProtobufText(text)).toThrow(sentence);
  });

  it('is read or refused, whatever it holds, and never anything else', () => {
    const random = seededRandom(7);
    const pieces = [
      'a',
      ':',
      '{',
      '}',
      '[',
      ']',
      '<',
      '>',
      '"x"',
      "'",
      '-',
      '1.5',
      '#',
      '\n',
      ',',
      '\\',
      '"',
    ];
    for (let i = 0; i < 5000; i++) {
      const text = Array.from({ length: 12 }, () => pieces[Math.floor(random() * pieces.length)]).join(' ');
      try {
        parseProtobufText(text);
      } catch (error) {
        expect((error as Error).message).toMatch(/^line \d+: /);
      }
    }
  });
});
