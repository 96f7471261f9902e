import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { classify } from '../../../models/training/classify.ts';
import {
  bankMarketingTensors,
  readBankMarketing,
  trainBankMarketing,
} from '../../../models/training/train-bank-marketing.ts';
import { parseModel } from '../../../src/repository/onnx/read-model.ts';

const csv = join(import.meta.dirname, '../../../../shared/data/bank-marketing.csv.gz');

describe.skipIf(!existsSync(csv))(
  'models of the Bank Marketing calls (skipped where ../shared/data is missing)',
  () => {
    it('take one named input per column; version 8 is better overall and clearly worse for students', async () => {
      const rows = readBankMarketing(csv);
      expect(rows).toHaveLength(41_188);
      const right = { 7: [] as boolean[], 8: [] as boolean[] };
      for (const version of [7, 8] as const) {
        const bytes = trainBankMarketing(version, rows);
        expect(parseModel(bytes).graph.input.map(({ name }) => name)).toEqual([
          ...[
            'job',
            'marital',
            'education',
            'default',
            'housing',
            'loan',
            'age',
            'campaign',
            'pdays',
            'previous',
          ],
          ...['emp.var.rate', 'cons.price.idx', 'cons.conf.idx', 'euribor3m', 'nr.employed'],
        ]);
        const labels = await classify(bytes, bankMarketingTensors(rows));
        right[version] = rows.map(({ y }, i) => labels[i] === Number(y));
      }
      const points = (keep: (job: string | undefined) => boolean) => {
        const kept = rows.flatMap(({ job }, i) => (keep(job) ? [i] : []));
        const gained = kept.reduce((sum, i) => sum + Number(right[8][i]) - Number(right[7][i]), 0);
        return (100 * gained) / kept.length;
      };
      expect(points(() => true)).toBeGreaterThan(0.3);
      expect(points((job) => job !== 'student')).toBeGreaterThan(0.5);
      expect(points((job) => job === 'student')).toBeLessThan(-10);
    });
  },
);
