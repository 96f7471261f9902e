import { describe, expect, it } from 'vitest';
import { PlacementLedger, type Refusal } from '../../src/threads/placement-ledger.ts';
import type { PlacedThread } from '../../src/threads/thread-placement.ts';

function placed(more: Partial<PlacedThread>): PlacedThread {
  return { role: 'shadow', name: '8 fraud', yielding: 'idle', refusals: [], ...more };
}

describe('the ledger of placements', () => {
  it('tells of a refusal once for each role, however many threads it meets', () => {
    const told: Refusal[] = [];
    const ledger = new PlacementLedger((refusal) => told.push(refusal));
    for (const name of ['8 fraud', '9 fraud', '8 churn']) {
      ledger.note(placed({ name, yielding: 'niced', refusals: ['no idle', 'no name'] }));
    }
    ledger.note(placed({ role: 'control', name: '7 fraud ctl', refusals: ['no name'] }));
    const expected = [
      { role: 'shadow', sentence: 'no idle' },
      { role: 'shadow', sentence: 'no name' },
      { role: 'control', sentence: 'no name' },
    ];
    expect(told).toEqual(expected);
    expect(ledger.refusals()).toEqual(expected);
  });

  it('counts threads by role and by what they got', () => {
    const ledger = new PlacementLedger(() => {});
    expect(ledger.counts()).toEqual([]);
    ledger.note(placed({ role: 'primary', yielding: 'never' }));
    ledger.note(placed({}));
    ledger.note(placed({ refusals: ['no name'] }));
    ledger.note(placed({ yielding: 'niced', refusals: ['no idle'] }));
    expect(ledger.counts()).toEqual([
      { role: 'primary', yielding: 'never', threads: 1, refused: 0 },
      { role: 'shadow', yielding: 'idle', threads: 2, refused: 1 },
      { role: 'shadow', yielding: 'niced', threads: 1, refused: 1 },
    ]);
    expect(ledger.refusals().map(({ sentence }) => sentence)).toEqual(['no name', 'no idle']);
  });
});
