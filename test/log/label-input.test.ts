import { describe, expect, it } from 'vitest';
import { UnderstudyError } from '../../src/errors.ts';
import { labelsOf } from '../../src/log/label-input.ts';

const one = (label: unknown) => labelsOf({ id: 'r', label }, 'http', 'labels[0]')[0];

function sentenceFor(input: unknown): string {
  try {
    labelsOf(input, 'http', 'labels[3]');
  } catch (error) {
    if (error instanceof UnderstudyError && error.code === 'INVALID_LABEL') return error.message;
    throw error;
  }
  return 'accepted';
}

describe('a label', () => {
  it.each([
    [true, '1', 1],
    [false, '0', 0],
    [1, '1', 1],
    [-0, '0', 0],
    [1.0, '1', 1],
    [-3, '-3', -3],
    [2.5, '2.5', 2.5],
    [1e-7, '1e-7', 1e-7],
    ['cat', 'cat', null],
    ['1', '1', null],
    [12345678901234567890n, '12345678901234567890', null],
  ])('%o is the text %o with the number %o', (label, text, value) => {
    expect(one(label)).toEqual({
      requestId: 'r',
      row: 0,
      label: text,
      value,
      timestampMs: null,
      source: 'http',
    });
  });

  it('for several rows is an array, or one label with its row', () => {
    expect(labelsOf({ id: 'r', label: ['a', 2] }, 'http', 'x')).toMatchObject([
      { row: 0, label: 'a' },
      { row: 1, label: '2' },
    ]);
    expect(labelsOf({ id: 'r', label: 'a', row: 5 }, 'file', 'x')).toMatchObject([
      { row: 5, source: 'file' },
    ]);
  });

  it('has the time of its timestamp, whatever the zone', () => {
    const timestamp = '2026-11-23T05:00:00+01:00';
    expect(labelsOf({ id: 'r', label: 1, timestamp }, 'http', 'x')[0]?.timestampMs).toBe(
      Date.UTC(2026, 10, 23, 4),
    );
    expect(labelsOf({ id: 'r', label: 1, timestamp: null, row: null }, 'http', 'x')).toMatchObject([
      { timestampMs: null, row: 0 },
    ]);
  });

  it.each([
    [null, 'labels[3] is null; it must be an object such as {"id": "r1", "label": 1}.'],
    [[], 'labels[3] is an array; it must be an object such as {"id": "r1", "label": 1}.'],
    [{ label: 1 }, 'labels[3] has no id; give the id of the request that the label is for.'],
    [{ id: 7, label: 1 }, 'labels[3] has a number as id; it must be a string.'],
    [{ id: '', label: 1 }, /^labels\[3\] has an id that is not usable: /],
    [{ id: 'r' }, 'labels[3] has no label.'],
    [{ id: 'r', label: null }, 'labels[3] has null as label; it must be a string, a number or a boolean.'],
    [{ id: 'r', label: {} }, 'labels[3] has an object as label; it must be a string, a number or a boolean.'],
    [{ id: 'r', label: Number.NaN }, 'labels[3] is the label NaN; a label that is a number must be finite.'],
    [{ id: 'r', label: [1, Number.POSITIVE_INFINITY] }, /^labels\[3\].label\[1\] is the label Infinity/],
    [{ id: 'r', label: '' }, /^labels\[3\] has the label ""; text must have 1 to 1024 characters/],
    [{ id: 'r', label: [] }, 'labels[3] has an array of 0 labels; it must hold 1 to 10000.'],
    [{ id: 'r', label: 1, row: -1 }, 'labels[3] has "-1" as row; it must be an integer from 0.'],
    [{ id: 'r', label: 1, row: 0.5 }, 'labels[3] has "0.5" as row; it must be an integer from 0.'],
    [{ id: 'r', label: [1], row: 0 }, /an array holds one label for each row, so leave row out\.$/],
    [{ id: 'r', label: 1, timestamp: 5 }, /^labels\[3\] has a number as timestamp/],
    [
      { id: 'r', label: 1, timestamp: 'yesterday' },
      /^labels\[3\] has a timestamp that is not usable: .*"yesterday"/,
    ],
    [{ id: 'r', label: 1, time: 'x' }, /^labels\[3\] has the unknown key "time"; allowed are id, label, row/],
  ])('is refused as %o', (input, sentence) => {
    expect(sentenceFor(input)).toEqual(
      typeof sentence === 'string' ? sentence : expect.stringMatching(sentence),
    );
  });
});
