import { describe, expect, it } from 'vitest';
import { shadowSchema } from '../../src/config/deployment.ts';
import { writtenShadow } from '../../src/config/written-shadow.ts';

describe('a shadow that is written down', () => {
  it.each([
    [{}, { sample: 0.25, isolation: 'thread', deadline: '10s', paused: false }],
    [
      { sample: 0.12345678, paused: true },
      { sample: 0.12345678, paused: true },
    ],
    [{ sample: { budget: '30%' } }, { sample: { budget: 0.3, least: 0.01 } }],
    [{ sample: { budget: '0.0000001/s', least: '2%' } }, { sample: { budget: '0.0000001/s', least: 0.02 } }],
    [{ deadline: '1500ms' }, { deadline: '1500ms' }],
    [{ deadline: '0.5ms' }, { deadline: '0.5ms' }],
    [{ deadline: '48h' }, { deadline: '2d' }],
    [
      { isolation: 'process', memory_limit: '1.5GiB' },
      { isolation: 'process', memory_limit: '1536MiB' },
    ],
    [{ isolation: 'process', memory_limit: '1000000007B' }, { memory_limit: '1000000007B' }],
  ])('as %j says the same when it is read again', (said, written) => {
    const shadow = shadowSchema.parse({ version: 8, ...said });
    expect(writtenShadow(shadow)).toMatchObject({ version: '8', ...written });
    expect(shadowSchema.parse(JSON.parse(JSON.stringify(writtenShadow(shadow))))).toEqual(shadow);
  });
});
