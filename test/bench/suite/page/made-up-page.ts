import type { SuiteResult } from '../../../../bench/suite/suite-result.ts';
import { madeUpCase, madeUpRatio, madeUpSuite, madeUpSuitePoint } from '../made-up-suite.ts';

/** Results with everything that a page shows; `text` stands wherever a name does. */
export function madeUpResults(text: string): SuiteResult {
  const use = { memoryBytes: 4e8, gpuPercent: 20, gpuMemoryBytes: 1e9 };
  const sample = (seconds: number, cpuPercent: number) => ({
    ...{ seconds, spanSeconds: 1 },
    roles: ['process', 'primary', 'shadow', `${text} role`].map((role) => ({ ...use, role, cpuPercent })),
  });
  const resources = { subject: `${text} server`, samples: [sample(1, 80), sample(2, 90), sample(3, 70)] };
  const sweep = [1, 4, 16, 64].flatMap((x) => [
    madeUpSuitePoint('JSON', [[200 * x, 2 + x / 10]], { x }),
    madeUpSuitePoint(`binary ${text}`, [[300 * x, 1 + x / 20]], { x }),
  ]);
  return madeUpSuite([
    madeUpCase({
      name: 'beside',
      about: `What ${text} does.`,
      points: [
        madeUpSuitePoint('ours', [
          [900, 2],
          [880, 3],
        ]),
        madeUpSuitePoint('theirs', [[1000, 1]], { generatorLimit: 'stalled' }),
      ],
      ratios: [madeUpRatio(), madeUpRatio({ measure: 'p99', value: 1.4, wanted: { atMost: 1.1 } })],
      tables: [{ title: text, head: ['what', text], rows: [[text, 3]], note: text }],
      resources: [resources, resources],
    }),
    madeUpCase({
      name: 'sweep',
      axis: { label: 'rows per request', scale: 'log' },
      points: sweep,
      ratios: [madeUpRatio({ value: 0.7, rounds: [0.6, 0.75] })],
      resources: [resources],
    }),
    madeUpCase({ name: 'broken', failure: `there is no ${text}` }),
  ]);
}
