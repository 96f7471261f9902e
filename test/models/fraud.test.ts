import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { classify } from '../../models/training/classify.ts';
import {
  featureNames,
  featureVector,
  generateTransactions,
  type Transaction,
} from '../../models/training/fraud-data.ts';
import { trainFraudVersion } from '../../models/training/train-fraud.ts';
import { float32 } from '../../src/repository/onnx/build-model.ts';
import { inspectModel } from '../../src/repository/onnx/inspect-model.ts';

const fraud = join(import.meta.dirname, '../../models/fraud');
const bytesOf = (version: 7 | 8) => readFileSync(join(fraud, String(version), 'model.onnx'));

/** Payments that no version was trained on. */
const payments = generateTransactions(20_261_123, 60_000);

/** Which payments a version gets right. */
async function rightOnes(version: 7 | 8): Promise<readonly boolean[]> {
  const x = float32('x', [payments.length, featureNames.length], payments.flatMap(featureVector));
  const labels = await classify(bytesOf(version), [x]);
  return payments.map(({ label }, i) => labels[i] === label);
}

/** The segments that `deployment.yaml` declares. */
function segmentsOf({ segments, features }: Transaction): readonly string[] {
  const age = features.customer_age ?? Number.NaN;
  const band = age < 30 ? '<30' : age < 45 ? '30-45' : age < 65 ? '45-65' : '>=65';
  return ['all', `country=${segments.country}`, `channel=${segments.channel}`, `age_band=${band}`];
}

/** How many points version 8 is better, by segment; points of 100. */
async function differences(): Promise<ReadonlyMap<string, { points: number; share: number }>> {
  const [before, after] = [await rightOnes(7), await rightOnes(8)];
  const sums = new Map<string, { gained: number; n: number }>();
  for (const [i, payment] of payments.entries()) {
    for (const segment of segmentsOf(payment)) {
      const sum = sums.get(segment) ?? { gained: 0, n: 0 };
      sums.set(segment, { gained: sum.gained + Number(after[i]) - Number(before[i]), n: sum.n + 1 });
    }
  }
  return new Map(
    [...sums].map(([segment, { gained, n }]) => [
      segment,
      { points: (100 * gained) / n, share: n / payments.length },
    ]),
  );
}

describe('the bundled fraud models on 60,000 fresh payments', () => {
  it('differ as the demo promises: version 8 is better by 2 points, worse by 15 in Brazil, and worse nowhere else', async () => {
    const found = await differences();
    const overall = found.get('all')!;
    const brazil = found.get('country=BR')!;
    expect(overall.points).toBeGreaterThan(1.5);
    expect(overall.points).toBeLessThan(2.5);
    expect(brazil.points).toBeGreaterThan(-17);
    expect(brazil.points).toBeLessThan(-13);
    expect(brazil.share).toBeGreaterThan(0.04);
    expect(brazil.share).toBeLessThan(0.06);
    expect(found.size).toBe(1 + 7 + 3 + 4);
    for (const [segment, { points }] of found)
      if (segment !== 'country=BR') expect(points, segment).toBeGreaterThan(-0.3);
  });

  it('take the same request and name its columns', () => {
    for (const version of [7, 8] as const) {
      const inspected = inspectModel(bytesOf(version), fraud);
      expect(inspected.featureNames).toEqual(featureNames);
      expect(inspected.bytes).toBeNull();
    }
  });

  // Other processors fuse multiplications with additions, and training lets the last digit grow.
  it.skipIf(process.arch !== 'x64')('are what training writes, byte for byte (on x64)', () => {
    for (const version of [7, 8] as const)
      expect(Buffer.compare(trainFraudVersion(version), bytesOf(version)), `version ${version}`).toBe(0);
  });
});
