import Table from 'cli-table3';
import { quantile } from '../load-generator.ts';
import type { PeerMeasurement, PeersResult } from './measure-peers.ts';

/** What the others are to be compared with: as many would do it without a tool. */
const base = 'tee';

/** A row for each server without and with its shadow, and a line for each that was skipped. */
export function peersTable({ measurements, skipped }: PeersResult): string {
  const rateOf = (server: string, shadow: string): number | null => {
    const found = measurements.find((one) => one.server === server && one.shadow === shadow);
    return found === undefined ? null : medianRate(found);
  };
  const ratio = (rate: number, to: number | null): string => (to === null ? '' : (rate / to).toFixed(2));
  const table = new Table({
    head: ['server', 'shadow', 'req/s', 'of tee at 100%', 'of own at off', 'p50 ms', 'p99 ms', 'compared'],
    style: { head: [] },
  });
  for (const measurement of measurements) {
    const { server, shadow, rounds } = measurement;
    const rate = medianRate(measurement);
    const milliseconds = Float64Array.from(rounds.flatMap(({ load }) => [...load.milliseconds])).sort();
    table.push([
      ...[server, shadow, Math.round(rate)],
      ratio(rate, shadow === 'off' ? null : rateOf(base, '100%')),
      ratio(rate, shadow === 'off' ? null : rateOf(server, 'off')),
      quantile(milliseconds, 0.5).toFixed(2),
      quantile(milliseconds, 0.99).toFixed(2),
      comparedText(measurement),
    ]);
  }
  return [table.toString(), ...skipped.map(({ server, reason }) => `${server} was skipped: ${reason}`)].join(
    '\n',
  );
}

export function medianRate({ rounds }: PeerMeasurement): number {
  const rates = rounds.map(({ load }) => load.requestsPerSecond).sort((a, b) => a - b);
  return rates[Math.floor(rates.length / 2)]!;
}

/** The smallest share of all rounds, which flatters nobody. */
function comparedText({ shadow, rounds }: PeerMeasurement): string {
  if (shadow === 'off') return '';
  return `${Math.round(100 * Math.min(...rounds.map(({ compared }) => compared!)))}%`;
}
