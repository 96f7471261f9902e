import { describe, expect, it } from 'vitest';
import { readRecordedLine } from '../../src/replay/recorded-line.ts';

const read = (text: string) => {
  const { form, body, labels } = readRecordedLine(Buffer.from(text), 'requests.jsonl:1');
  return { form, body: JSON.parse(Buffer.from(body).toString()), labels };
};
const label = (requestId: string, text: string, value: number | null = null, row = 0) => ({
  ...{ requestId, row, label: text, value, timestampMs: null, source: 'file' },
});

describe('a line of a recording', () => {
  it.each([
    ['{"id":"a","features":{"x":[1,2]},"label":1}', { id: 'a', features: { x: [1, 2] } }],
    ['{"label" : 1 , "id":"a","features":{"x":[1,2]}}', { id: 'a', features: { x: [1, 2] } }],
    ['{"id":"a", "label":1, "features":{"x":[1,2]}}', { id: 'a', features: { x: [1, 2] } }],
    ['{"id":"a","label":1}', { id: 'a' }],
  ])('%s: the label is taken out wherever it stands, and what is left is the body', (text, body) => {
    expect(read(text)).toEqual({ form: 'predict', body, labels: [label('a', '1', 1)] });
  });

  it('alone with its label is an empty object', () => {
    expect(read(' {"label":"cat"} ')).toMatchObject({ body: {}, labels: [label('requests.jsonl:1', 'cat')] });
  });

  it('brings a label for each row where it is an array, none where it is null', () => {
    expect(read('{"id":"a","features":[[1],[2]],"label":["x","y"]}').labels).toEqual([
      label('a', 'x'),
      label('a', 'y', null, 1),
    ]);
    expect(read('{"id":"a","features":[1],"label":null}')).toMatchObject({
      body: { features: [1] },
      labels: [],
    });
  });

  it('is a request of the Open Inference Protocol where it has inputs, whatever these are called', () => {
    expect(read('{"inputs":[{"name":"features"}],"label":0}').form).toBe('infer');
    expect(read('{"features":{"inputs":[1]}}').form).toBe('predict');
    expect(read('{"id":"\\"inputs\\"","features":[1]}').form).toBe('predict');
  });

  it.each([
    ['[1]', /expected '\{' at byte 0/],
    ['{"id":"a"', /expected ',' or '\}'/],
    ['{"id":"a"} more', /expected nothing after the JSON value/],
    ['{"id":7}', /The request id is 7; it must be a string/],
    ['{"label":1,"label":2}', /The key "label" is given twice/],
    ['{"label":{"a":1}}', /^the line has an object as label/],
    ['{"id":"a","label":""}', /has the label ""/],
  ])('%s is refused with a sentence', (text, sentence) => {
    expect(() => read(text)).toThrow(sentence);
  });
});
