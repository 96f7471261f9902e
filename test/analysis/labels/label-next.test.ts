import { describe, expect, it } from 'vitest';
import { type LabelNext, labelNext } from '../../../src/analysis/labels/label-next.ts';
import type { ReportRequest } from '../../../src/analysis/report/request.ts';
import { seededRandom } from '../../support/random.ts';
import { reportRequest } from '../../support/report-request.ts';
import { maskedRegression, simulateRows, trafficOfRows } from '../../support/simulated-fraud.ts';
import { type SimulatedRow, simulatedLog } from '../../support/simulated-log.ts';

const random = seededRandom(3);
/** A quarter of the rows is labelled. */
const rows = simulateRows({ ...maskedRegression, rows: 6000 }).map((row) => ({
  ...row,
  truth: random() < 0.25 ? row.truth : null,
}));

async function nextOf(
  of: readonly SimulatedRow[],
  limit: number,
  differing: Partial<ReportRequest> = {},
): Promise<LabelNext> {
  using log = await simulatedLog(['country', 'channel'], of, trafficOfRows(of));
  return await labelNext(log, reportRequest(differing), limit);
}

const isOpen = (row: SimulatedRow) => row.truth === null && row.primary.label !== row.shadow.label;
const byId = new Map(rows.map((row) => [row.requestId, row]));

describe('the rows to label next', async () => {
  const next = await nextOf(rows, 100);

  it('are disagreements without a label, each once, as many as asked for', () => {
    const open = rows.filter(isOpen);
    expect(next).toMatchObject({ model: 'fraud', primary: '7', shadow: '8', young: 0, features_omitted: 0 });
    expect(next.unlabelled).toBe(open.length);
    expect(next.rows).toHaveLength(100);
    expect(new Set(next.rows.map(({ request_id }) => request_id)).size).toBe(100);
    for (const { request_id } of next.rows) expect(isOpen(byId.get(request_id)!)).toBe(true);
  });

  it('come first from the small segment that is undecided, yet not all of them', () => {
    const countries = next.rows.map(({ segments }) => segments.country);
    expect(countries[0]).toBe('BR');
    const brazilian = countries.filter((country) => country === 'BR').length;
    // BR is 4% of the traffic.
    expect(brazilian).toBeGreaterThan(30);
    expect(new Set(countries).size).toBeGreaterThan(1);
  });

  it('say what was observed, and why they are listed', () => {
    const [first] = next.rows;
    const row = byId.get(first!.request_id)!;
    expect(first).toMatchObject({
      row: 0,
      timestamp: new Date(row.timestampMs).toISOString(),
      segments: row.segments,
      primary: { label: row.primary.label, value: null, confidence: row.primary.confidence },
      shadow: { label: row.shadow.label, value: null, confidence: row.shadow.confidence },
      features: null,
    });
    expect(first!.why).toMatch(
      /^country=BR (is undecided|seems regressed): \d+ of \d+ disagreements have no label; each narrows its bounds by \d/,
    );
    const scores = next.rows.filter(({ why }) => why === first!.why).map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  });

  it('do not hang on what either version said: within a combination it is a matter of chance', async () => {
    const all = await nextOf(rows, 1000);
    const german = all.rows.filter(({ segments }) => segments.country === 'DE' && segments.channel === 'app');
    const times = german.map(({ timestamp }) => Date.parse(timestamp));
    expect(times.length).toBeGreaterThan(10);
    expect(times).not.toEqual(times.toSorted((a, b) => a - b));
    expect(times).not.toEqual(times.toSorted((a, b) => b - a));
  });

  it('are the same when asked again, and go on where they ended when these are labelled', async () => {
    expect((await nextOf(rows, 100)).rows).toEqual(next.rows);
    const given = new Set(next.rows.map(({ request_id }) => request_id));
    const labelled = rows.map((row) => (given.has(row.requestId) ? { ...row, truth: '1' } : row));
    const after = await nextOf(labelled, 100);
    expect(after.unlabelled).toBe(next.unlabelled - 100);
    expect(after.rows.filter(({ request_id }) => given.has(request_id))).toEqual([]);
  });

  it('are older than the label maturity; younger ones are counted', async () => {
    const nowMs = maskedRegression.startMs + maskedRegression.days * 86_400_000;
    const labelMaturityMs = 2 * 86_400_000;
    const readiness = { ...reportRequest().readiness, labelMaturityMs };
    const mature = await nextOf(rows, 1000, { nowMs, readiness });
    const isYoung = (row: SimulatedRow) => row.timestampMs > nowMs - labelMaturityMs;
    expect(mature.young).toBe(rows.filter((row) => isOpen(row) && isYoung(row)).length);
    expect(mature.young).toBeGreaterThan(0);
    expect(mature.unlabelled + mature.young).toBe(next.unlabelled);
    for (const { request_id } of mature.rows) expect(isYoung(byId.get(request_id)!)).toBe(false);
  });

  it('are the first of their entity', async () => {
    const repeated = rows.slice(0, 900).map((row, index) => ({ ...row, entity: `u${index % 300}` }));
    const once = await nextOf(repeated, 1000);
    const firsts = new Set(repeated.slice(0, 300).map(({ requestId }) => requestId));
    expect(once.rows.length).toBeGreaterThan(0);
    expect(once.rows.filter(({ request_id }) => !firsts.has(request_id))).toEqual([]);
  });

  it('come from all rows where no segment is declared', async () => {
    const undeclared = await nextOf(rows, 20, { declaredColumns: [] });
    expect(undeclared.rows).toHaveLength(20);
    expect(undeclared.rows[0]?.why).toMatch(/^all traffic /);
    expect(undeclared.rows[0]?.segments).toHaveProperty('country');
  });

  it('are none where nothing is compared', async () => {
    expect(await nextOf([], 10)).toMatchObject({ unlabelled: 0, young: 0, rows: [] });
  });

  it('of a regression are rows whose values differ', async () => {
    const values = rows.slice(0, 1000).map((row, index) => ({
      ...row,
      primary: { value: 10 },
      shadow: { value: index % 3 === 0 ? 10 : 11 },
      truth: null,
    }));
    const regression = await nextOf(values, 50, { task: 'regression' });
    expect(regression.rows).toHaveLength(50);
    for (const { primary, shadow } of regression.rows) expect(primary.value).not.toBe(shadow.value);
  });
});

it('segment values are data, whatever they hold', async () => {
  const strange = rows.slice(0, 1000).map((row, index) => ({
    ...row,
    segments: { country: `x' OR 1=1 --"${index % 3}é\n`, channel: null },
    truth: null,
  }));
  const next = await nextOf(strange, 30);
  expect(next.rows).toHaveLength(30);
  expect(next.rows[0]?.segments.country).toMatch(/^x' OR 1=1 --"\dé\n$/);
});
