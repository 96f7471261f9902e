import { describe, expect, it } from 'vitest';
import { GpuMemoryLedger } from '../../src/resources/gpu-memory-ledger.ts';

const idle = (key: string) => ({ key, computeMicroseconds: 0 });

describe('the memory of a GPU that lanes of one process hold', () => {
  it('is the growth that came with them', () => {
    const ledger = new GpuMemoryLedger();
    expect(ledger.read(0, [])).toEqual(new Map());
    // The first is loading, and is known once it has loaded.
    ledger.read(300, []);
    expect(ledger.read(400, [idle('v7')])).toEqual(new Map([['v7', 400]]));
    expect(ledger.read(700, [idle('v7'), idle('v8')])).toEqual(
      new Map([
        ['v7', 400],
        ['v8', 300],
      ]),
    );
  });

  it('is halved between two that came in the same second', () => {
    expect(new GpuMemoryLedger().read(500, [idle('v7'), idle('v8')])).toEqual(
      new Map([
        ['v7', 250],
        ['v8', 250],
      ]),
    );
  });

  it('grows for those that ran, by how long they did', () => {
    const ledger = new GpuMemoryLedger();
    ledger.read(200, [idle('v7'), idle('v8')]);
    const busy = [
      { key: 'v7', computeMicroseconds: 10 },
      { key: 'v8', computeMicroseconds: 30 },
    ];
    expect(ledger.read(600, busy)).toEqual(
      new Map([
        ['v7', 200],
        ['v8', 400],
      ]),
    );
  });

  it('goes down for all alike, and adds up to what the process has', () => {
    const ledger = new GpuMemoryLedger();
    ledger.read(100, [idle('v7')]);
    ledger.read(400, [idle('v7'), idle('v8')]);
    expect(ledger.read(200, [idle('v7'), idle('v8')])).toEqual(
      new Map([
        ['v7', 50],
        ['v8', 150],
      ]),
    );
    // A lane that is gone holds nothing.
    expect(ledger.read(50, [idle('v7')])).toEqual(new Map([['v7', 50]]));
  });
});
