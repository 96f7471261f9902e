import { describe, expect, it } from 'vitest';
import type { Notice } from '../../src/inference/observer.ts';
import type { TrafficCount } from '../../src/log/traffic-count.ts';
import { TrafficLedger } from '../../src/shadow/traffic-ledger.ts';

const hour = 3_600_000;
const account = { model: 'fraud', primaryVersion: '7', shadowVersion: '8', role: 'shadow' } as const;

function ledger() {
  const handedOn: TrafficCount[] = [];
  return { handedOn, ledger: new TrafficLedger(account, (counts) => handedOn.push(...counts)) };
}

const notice = (timestampMs: number, ...cells: [Record<string, string>, number][]): Notice => ({
  ...{ unit: 'u', timestampMs, bytes: new Uint8Array() },
  cells: JSON.stringify(cells),
});

describe('the traffic ledger', () => {
  it('adds up requests by hour and segments, sampled or not', () => {
    const { ledger: traffic, handedOn } = ledger();
    traffic.count(notice(5 * hour + 1, [{ country: 'DE' }, 1]), false, 'offered');
    traffic.count(notice(5 * hour + 9, [{ country: 'DE' }, 1]), true, 'not_sampled');
    traffic.count(notice(6 * hour, [{ country: 'DE' }, 1]), false, 'queue_full');
    traffic.flush();
    expect(handedOn).toEqual([
      expect.objectContaining({
        ...account,
        ...{ hourMs: 5 * hour, segments: { country: 'DE' }, requests: 2, rows: 2 },
        ...{ sampledRows: 1, primaryErrorRows: 1, droppedRows: {} },
      }),
      expect.objectContaining({ hourMs: 6 * hour, sampledRows: 1, droppedRows: { queue_full: 1 } }),
    ]);
  });

  it('counts the rows of a request in their own segments and the request once', () => {
    const { ledger: traffic, handedOn } = ledger();
    traffic.count(notice(0, [{ band: '<30' }, 2], [{ band: '>=65' }, 3]), false, 'offered');
    traffic.flush();
    expect(handedOn.map(({ segments, requests, rows }) => ({ segments, requests, rows }))).toEqual([
      { segments: { band: '<30' }, requests: 1, rows: 2 },
      { segments: { band: '>=65' }, requests: 0, rows: 3 },
    ]);
  });

  it('books as dropped what was offered and never ran, also when the offer was handed on before', () => {
    const { ledger: traffic, handedOn } = ledger();
    const offered = notice(0, [{}, 2]);
    traffic.count(offered, false, 'offered');
    traffic.flush();
    traffic.drop(offered, 'stalled');
    traffic.flush();
    const sum = (pick: (count: TrafficCount) => number) =>
      handedOn.reduce((total, one) => total + pick(one), 0);
    expect(sum((count) => count.rows)).toBe(2);
    expect(sum((count) => count.sampledRows)).toBe(2);
    expect(sum((count) => count.droppedRows.stalled ?? 0)).toBe(2);
  });

  it('hands nothing on when nothing came', () => {
    const { ledger: traffic, handedOn } = ledger();
    traffic.flush();
    expect(handedOn).toEqual([]);
  });
});
