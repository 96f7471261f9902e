import { describe, expect, it } from 'vitest';
import {
  brazilianRealsPerEuro,
  featureNames,
  featureVector,
  generateTransactions,
  generateWarehouseRows,
} from '../../../models/training/fraud-data.ts';

const payments = generateTransactions(5, 5_000);

describe('generated payments', () => {
  it('are the same for the same seed, and others for another', () => {
    expect(generateTransactions(5, 100)).toEqual(payments.slice(0, 100));
    expect(generateTransactions(6, 1)[0]?.features).not.toEqual(payments[0]?.features);
  });

  it('need a review in about 30% of the cases', () => {
    const share = payments.filter(({ label }) => label === 1).length / payments.length;
    expect(share).toBeGreaterThan(0.27);
    expect(share).toBeLessThan(0.34);
  });

  it('have plain numbers in every column, in the order of the models', () => {
    for (const payment of payments) {
      expect(Object.keys(payment.features)).toEqual([...featureNames]);
      expect(featureVector(payment).every(Number.isFinite)).toBe(true);
    }
  });

  it('are those of the warehouse, but for reals where Euro should be', () => {
    const warehouse = generateWarehouseRows(5, 5_000);
    let brazilian = 0;
    for (const [i, payment] of payments.entries()) {
      const stored = warehouse[i]!;
      if (payment.segments.country !== 'BR') {
        expect(payment).toEqual(stored);
        continue;
      }
      brazilian++;
      expect(payment.features.amount_eur! / stored.features.amount_eur!).toBeCloseTo(
        brazilianRealsPerEuro,
        1,
      );
      const { amount_eur: _, ...rest } = payment.features;
      expect(stored).toMatchObject({ ...payment, features: rest });
    }
    expect(brazilian).toBeGreaterThan(150);
  });

  it('come from cards that keep their country and owner', () => {
    const seen = new Map<string, string>();
    let again = 0;
    for (const { entity, segments, features } of generateTransactions(9, 20_000)) {
      const owner = `${segments.country} ${features.customer_age} ${features.account_age_days}`;
      if (seen.has(entity)) again++;
      expect(seen.get(entity) ?? owner).toBe(owner);
      seen.set(entity, owner);
    }
    expect(again).toBeGreaterThan(100);
  });
});
