import { describe, expect, it } from 'vitest';
import { maxLabelsPerCall } from '../../src/log/label-input.ts';
import { labelsOfBody } from '../../src/log/labels-body.ts';

const read = (text: string) => labelsOfBody(new TextEncoder().encode(text), 'http');

describe('a body of labels', () => {
  it('may be empty of labels', () => {
    expect(read('{"labels": []}')).toEqual([]);
  });

  it('keeps integers that a double cannot hold', () => {
    expect(read('{"labels": [{"id": "r", "label": 9007199254740993}]}')).toMatchObject([
      { label: '9007199254740993' },
    ]);
  });

  it.each([
    ['[]', 'The body is not an object; it must be {"labels": ['],
    ['{"label": []}', 'The body has the unknown key "label"; it must be {"labels": ['],
    ['{"labels": {}}', 'The body has no array "labels"; it must be {"labels": ['],
    ['{"labels": [1]}', 'labels[0] is a number; it must be an object such as {"id": "r1", "label": 1}.'],
  ])('is refused when it is %s', (text, sentence) => {
    expect(() => read(text)).toThrow(sentence);
  });

  it('is refused with the byte position where it is no JSON, and where a key is double', () => {
    expect(() => read('{"labels": [}')).toThrow(/at byte 12/);
    expect(() => read('{"labels": [{"id": "a", "id": "b", "label": 1}]}')).toThrow(/"id" is given twice/);
  });

  it('is refused when it brings too many, the rows of multi-row requests counted each', () => {
    const sentence = /brings 1000[12] labels; 10000 is the most/;
    const one = JSON.stringify({ id: 'r', label: 1 });
    expect(() => read(`{"labels": [${Array.from({ length: maxLabelsPerCall + 1 }, () => one)}]}`)).toThrow(
      sentence,
    );
    const half = JSON.stringify({
      id: 'r',
      label: Array.from({ length: maxLabelsPerCall / 2 + 1 }, () => 1),
    });
    expect(() => read(`{"labels": [${half}, ${half}]}`)).toThrow(sentence);
  });
});
