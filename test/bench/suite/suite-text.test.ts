import { describe, expect, it } from 'vitest';
import { caseText } from '../../../bench/suite/case-text.ts';
import { summaryText } from '../../../bench/suite/suite-text.ts';
import { madeUpCase, madeUpRatio, madeUpSuite, madeUpSuitePoint } from './made-up-suite.ts';

describe('a case in the terminal', () => {
  it('has its points, its ratios with what was wanted, and its tables', () => {
    const text = caseText(
      'made',
      madeUpCase({
        axis: { label: 'rows', scale: 'log' },
        points: [madeUpSuitePoint('ours', [[1234, 5]], { x: 16, errors: { 503: 2 } })],
        ratios: [madeUpRatio(), madeUpRatio({ measure: 'p99', value: 1.3, wanted: { atMost: 1.1 } })],
        tables: [{ title: 'More', head: ['what', 'much'], rows: [['it', 7]], note: 'So it is.' }],
      }),
    );
    expect(text).toContain('made/one: One of them.');
    expect(text).toMatch(/ours │ 16 +│ 4 at once │ 1,234 +│ 5\.00 +│ 5\.00/);
    expect(text).toContain('2 failed: 503');
    expect(text).toContain('throughput: ours ÷ theirs: 0.900 (rounds 0.88 to 0.92), wanted ≥ 0.80: hit');
    expect(text).toContain('wanted ≤ 1.10: miss');
    expect(text).toMatch(/it +│ 7/);
  });

  it('that failed says why', () => {
    expect(caseText('made', madeUpCase({ failure: 'there is no nginx' }))).toContain(
      '*** not measured: there is no nginx',
    );
  });
});

describe('the end of a run', () => {
  it('says on what it was measured and what came of all that was wanted', () => {
    const suite = madeUpSuite([madeUpCase({ ratios: [madeUpRatio(), madeUpRatio({ wanted: null })] })]);
    const text = summaryText({ ...suite, settings: { ...suite.settings, quick: true } });
    expect(text).toContain('2 of 2 × Made up; Node v24, ONNX Runtime 1.30.0, Understudy 0.1.0 (abc)');
    expect(text).toContain('a smoke run');
    expect(text.match(/made\/one/g)).toHaveLength(1);
  });
});
