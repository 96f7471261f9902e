import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { PeerMeasurement } from '../../../bench/peers/measure-peers.ts';
import { peersTable } from '../../../bench/peers/peers-table.ts';

const round = (requestsPerSecond: number, milliseconds: number[], compared: number | null) => ({
  load: { requestsPerSecond, failed: 0, milliseconds: Float64Array.from(milliseconds) },
  compared,
});
const measurements: PeerMeasurement[] = [
  { server: 'tee', shadow: 'off', rounds: [round(2000, [1, 1], null)] },
  { server: 'tee', shadow: '100%', rounds: [round(1000, [2, 2], 1)] },
  { server: 'understudy', shadow: 'off', rounds: [round(4000, [1, 1], null)] },
  {
    server: 'understudy',
    shadow: '100%',
    rounds: [round(2900, [1, 9], 1), round(3000, [1, 2], 0.9), round(9000, [3, 1], 1)],
  },
];
const cellsOf = (line: string): string[] =>
  stripVTControlCharacters(line)
    .split('│')
    .slice(1, -1)
    .map((cell) => cell.trim());

describe('the table of peers', () => {
  const lines = peersTable({ measurements, skipped: [{ server: 'fastapi', reason: 'no Python' }] }).split(
    '\n',
  );
  const rows = lines.map(cellsOf).filter(({ length }) => length > 0);

  it('compares what shadows everything with the tee that does, and with itself', () => {
    expect(rows[2]).toEqual(['tee', '100%', '1000', '1.00', '0.50', '2.00', '2.00', '100%']);
    expect(rows[4]!.slice(0, 5)).toEqual(['understudy', '100%', '3000', '3.00', '0.75']);
    expect(rows[3]!.slice(3, 5)).toEqual(['', '']);
  });

  it('takes percentiles of all rounds together, and the smallest share compared', () => {
    expect(rows[4]!.slice(5)).toEqual(['2.00', '9.00', '90%']);
  });

  it('names whom it was not possible to measure', () => {
    expect(lines.at(-1)).toBe('fastapi was skipped: no Python');
  });
});
