import { describe, expect, it } from 'vitest';
import { calibrationBinsIn } from '../../../src/analysis/rows/calibration-sums.ts';
import { keepRows } from '../../../src/analysis/rows/kept-rows.ts';
import { queryOverview } from '../../../src/analysis/rows/overview.ts';
import { pairCountsIn } from '../../../src/analysis/rows/pair-counts.ts';
import { queryPairCounts } from '../../../src/analysis/rows/query-pair-counts.ts';
import type { ReportScope } from '../../../src/analysis/rows/report-scope.ts';
import { textIn } from '../../../src/analysis/rows/row-fields.ts';
import { keyIn } from '../../../src/analysis/rows/segment-cell.ts';
import { queryTallies, type Tallies } from '../../../src/analysis/rows/tallies.ts';
import { maskedRegression, simulateRows } from '../../support/simulated-fraud.ts';
import { type SimulatedRow, simulatedLog } from '../../support/simulated-log.ts';

const columns = ['country', 'channel', 'nowhere'];

/** With a control, timeouts, entities of several rows, and rows that lack a segment. */
const rows: SimulatedRow[] = simulateRows({ ...maskedRegression, rows: 3000, labelled: 0.7 }).flatMap(
  (row, index) => {
    const segments = { ...row.segments, channel: index % 7 === 0 ? null : (row.segments.channel ?? null) };
    const shadow = index % 50 === 0 ? { status: 'timeout' as const } : row.shadow;
    const one = { ...row, segments, shadow, entity: index % 3 === 0 ? null : `u${index % 900}` };
    return index % 10 === 0 ? [one, { ...one, role: 'control' as const, shadow: row.primary }] : [one];
  },
);

function scopeOf(combinationsAreMany: boolean): ReportScope {
  return {
    ...{
      model: 'fraud',
      primaryVersion: '7',
      shadowVersion: '8',
      roles: 'shadow',
      fromMs: null,
      toMs: null,
      columns,
    },
    present: { comparisons: new Set(['country', 'channel']), traffic: new Set(['country', 'channel']) },
    ...{ keep: null, entitiesRepeat: true, combinationsAreMany },
  };
}

/** Sums differ in their last digits with the order in which they are added. */
function rounded(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, field) => (typeof field === 'number' ? Number(field.toPrecision(10)) : field)),
  );
}

function plain(byCell: ReadonlyMap<string, Tallies>): unknown {
  const cells = [...byCell].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return rounded(cells.map(([key, { of, ...sums }]) => [key, [...of], sums]));
}

describe('sums of segments', async () => {
  using log = await simulatedLog(['country', 'channel'], rows, []);
  const asked = await Promise.all(
    [false, true].map(async (many) => {
      const scope = scopeOf(many);
      await using session = await log.openSession();
      const overview = await queryOverview(session, scope, columns);
      await keepRows(session, scope, 'classification', columns, Date.UTC(2027, 0), overview);
      const sums = await queryPairCounts(session.query, scope, 'classification');
      const cells = sums.rows.map((row) => [keyIn(row, scope), pairCountsIn(row)] as const);
      const bins = sums.calibration.map(
        (row) => [textIn(row, 'side') + keyIn(row, scope), calibrationBinsIn(row)] as const,
      );
      const inOrder = <T>(of: readonly (readonly [string, T])[]) =>
        of.toSorted(([a], [b]) => (a < b ? -1 : 1));
      return {
        counts: { cells: inOrder(cells), bins: inOrder(bins) },
        tallies: await queryTallies(session.query, scope, 'classification'),
      };
    }),
  );
  const counts = asked.map((of) => of.counts);
  const tallies = asked.map((of) => of.tallies);

  it('added up from combinations are those of the rows themselves', () => {
    const [added, direct] = counts;
    expect(added?.cells.map(([key]) => key)).toEqual([
      '',
      '["channel","app"]',
      '["channel","web"]',
      '["country","BR"]',
      '["country","DE"]',
      '["country","FR"]',
      '["country","US"]',
    ]);
    expect(rounded(added)).toEqual(rounded(direct));
    expect(added?.bins).toHaveLength(14);
  });

  it('and so are the tallies of shadow and control, and the pairs of classes', () => {
    const [added, direct] = tallies;
    expect(plain(added!.shadow)).toEqual(plain(direct!.shadow));
    expect(plain(added!.control)).toEqual(plain(direct!.control));
    expect(added!.labelPairs).toEqual(direct!.labelPairs);
    expect(added!.shadow.size).toBe(7);
    expect(added!.control.get('')!.n).toBeGreaterThan(100);
    expect(added!.shadow.get('')!.shadowTimeouts).toBeGreaterThan(10);
  });

  it('count one row of each entity, for shadow and control by themselves', () => {
    const kept = (role: 'shadow' | 'control') => {
      const seen = new Set<string>();
      return rows.filter(({ role: of = 'shadow', entity }) => {
        if (of !== role) return false;
        if (entity === null || entity === undefined) return true;
        const isNew = !seen.has(entity);
        seen.add(entity);
        return isNew;
      }).length;
    };
    expect(counts[0]?.cells[0]?.[1].n).toBe(kept('shadow'));
    expect(tallies[0]?.shadow.get('')?.n).toBe(kept('shadow'));
    expect(tallies[0]?.control.get('')?.n).toBe(kept('control'));
  });
});
