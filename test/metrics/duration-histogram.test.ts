import { Histogram, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { DurationHistogram } from '../../src/metrics/duration-histogram.ts';
import { seededRandom } from '../support/random.ts';

const options = { name: 'took_seconds', help: 'How long it took', buckets: [0.001, 0.01, 0.1, 1] };
const labelNames = ['model', 'version'];

describe('a histogram of durations', () => {
  it('reads as one of prom-client that saw the same', async () => {
    const [ours, theirs] = [new Registry(), new Registry()];
    const our = new DurationHistogram({ ...options, labelNames, registers: [ours] });
    const their = new Histogram({ ...options, labelNames, registers: [theirs] });
    const random = seededRandom(1);
    for (const version of ['7', '8"\n']) {
      // The bounds themselves belong to the bucket below them.
      const seconds = [0, 0.001, 0.01, 1, 1.0001, ...Array.from({ length: 200 }, () => random() ** 4 * 3)];
      for (const each of seconds) {
        our.labels('fraud', version).observe(each);
        their.labels('fraud', version).observe(each);
      }
    }
    expect(await ours.metrics()).toBe(await theirs.metrics());
  });

  it('says what it is before it has seen anything', async () => {
    const registry = new Registry();
    new DurationHistogram({ ...options, labelNames, registers: [registry] });
    expect(await registry.metrics()).toBe(
      '# HELP took_seconds How long it took\n# TYPE took_seconds histogram\n',
    );
  });
});
