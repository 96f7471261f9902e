import { describe, expect, it } from 'vitest';
import { CpuLedger } from '../../src/resources/cpu-ledger.ts';

const ownerOf = ({ id }: { id: number }) => (id < 10 ? 'ours' : id < 20 ? 'theirs' : null);

function clock(id: number, cpuMicroseconds: number) {
  return { id, cpuMicroseconds };
}

describe('a ledger of CPU clocks', () => {
  it('sums what was used since the last reading, by owner', () => {
    const ledger = new CpuLedger();
    expect(ledger.read([clock(1, 100), clock(2, 50), clock(11, 7)], ownerOf)).toEqual(
      new Map([
        ['ours', 150],
        ['theirs', 7],
      ]),
    );
    expect(ledger.read([clock(1, 130), clock(2, 50), clock(11, 9)], ownerOf)).toEqual(
      new Map([
        ['ours', 30],
        ['theirs', 2],
      ]),
    );
  });

  it('keeps what ended threads had used, and does not take a number that was given again for the old one', () => {
    const ledger = new CpuLedger();
    ledger.read([clock(1, 1000), clock(2, 10)], ownerOf);
    expect(ledger.read([clock(2, 15)], ownerOf)).toEqual(new Map([['ours', 5]]));
    expect(ledger.read([clock(1, 40), clock(2, 15)], ownerOf)).toEqual(new Map([['ours', 40]]));
    expect(ledger.read([clock(1, 30), clock(2, 15)], ownerOf)).toEqual(new Map([['ours', 30]]));
  });

  it('counts what gets an owner from then on', () => {
    const ledger = new CpuLedger();
    expect(ledger.read([clock(30, 500)], ownerOf).size).toBe(0);
    expect(ledger.read([clock(30, 520)], () => 'ours')).toEqual(new Map([['ours', 20]]));
  });
});
