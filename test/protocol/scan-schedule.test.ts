import { describe, expect, it } from 'vitest';
import { scanSchedule } from '../../src/protocol/scan-schedule.ts';

const scan = (text: string, jsonLength = text.length) => {
  const { priority, timeoutMicroseconds } = scanSchedule(Buffer.from(text, 'latin1'), jsonLength);
  return [priority, timeoutMicroseconds];
};

describe('what a request says of when it is to be run', () => {
  it('is read from its own parameters, wherever they stand', () => {
    expect(scan('{"parameters":{"priority":2,"timeout":500},"inputs":[]}')).toEqual([2, 500]);
    expect(scan('{"inputs":[{"data":[[1,2],"a]"]}], "parameters" : {"timeout":7}}')).toEqual([0, 7]);
  });

  it('is nothing where only something else has such parameters', () => {
    const input = '{"inputs":[{"name":"timeout","parameters":{"priority":3}}]}';
    expect(scan(input)).toEqual([0, null]);
    expect(scan('{"id":"\\"priority\\"","parameters":{}}')).toEqual([0, null]);
    expect(scan('{}')).toEqual([0, null]);
  });

  it('is not looked for in binary data', () => {
    const json = '{"inputs":[]}';
    expect(scan(`${json}"parameters":{"timeout":1}`, json.length)).toEqual([0, null]);
  });

  it('is left to the worker where something is wrong with it', () => {
    for (const body of [
      '{"parameters":{"timeout":"x"}}',
      '{"parameters":{"timeout":1',
      '["parameters","timeout"]',
      '"parameters""timeout"',
    ]) {
      expect(scan(body)).toEqual([0, null]);
    }
  });
});
