import { describe, expect, it } from 'vitest';
import { metricLines, sumOf } from '../../bench/metrics-text.ts';

const text = `# HELP a_total what
a_total{model="m",role="primary"} 3
a_total{model="m",role="shadow"} 4.5
a_total_more 9
b 1e3
`;

describe('Prometheus text', () => {
  it('is read by name and labels', () => {
    const lines = metricLines(text);
    expect(lines).toHaveLength(4);
    expect(sumOf(lines, 'a_total')).toBe(7.5);
    expect(sumOf(lines, 'a_total', { role: 'shadow' })).toBe(4.5);
    expect(sumOf(lines, 'b')).toBe(1000);
    expect(sumOf(lines, 'b', { role: 'shadow' })).toBe(0);
    expect(metricLines(text, 'b')).toHaveLength(1);
  });
});
