import { describe, expect, it } from 'vitest';
import { openTestLog, temporaryDirectory } from './open-test-log.ts';
import { batchOf, fourOClock, hourMs, labelOf } from './sample-records.ts';

const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const latest = 'SELECT request_id AS id, "row", label FROM latest_labels ORDER BY ALL';

describe('labels', () => {
  it('are durable and visible as soon as they are acknowledged', async () => {
    using directory = temporaryDirectory();
    await using opened = await openTestLog(directory.path);
    const labels = [labelOf('r1', '1', { value: 1, timestampMs: fourOClock }), labelOf('r2', 'cat')];
    expect(await opened.log.putLabels('fraud', labels)).toBe(2);
    const now = '2026-11-23T08:00:00.000Z';
    expect(await opened.log.query('FROM labels ORDER BY seq')).toEqual([
      {
        model: 'fraud',
        request_id: 'r1',
        row: 0,
        label: '1',
        value: 1,
        label_ts: '2026-11-23T04:00:00.000Z',
        source: 'http',
        seq: 1,
        received_ts: now,
      },
      {
        model: 'fraud',
        request_id: 'r2',
        row: 0,
        label: 'cat',
        value: null,
        label_ts: now,
        source: 'http',
        seq: 2,
        received_ts: now,
      },
    ]);
  });

  it('meet their rows whether they come before or after them, and are kept where there is none', async () => {
    using directory = temporaryDirectory();
    await using opened = await openTestLog(directory.path);
    await opened.log.putLabels('fraud', [labelOf('r0', 'early'), labelOf('nobody', 'unknown')]);
    opened.log.append(batchOf({ rows: 3 }));
    await opened.log.flush();
    await opened.log.putLabels('fraud', [labelOf('r1', 'late')]);
    expect(
      await opened.log.query(
        `SELECT c.request_id AS id, l.label FROM comparisons c
         LEFT JOIN latest_labels l USING (model, request_id, "row") ORDER BY id`,
      ),
    ).toEqual([
      { id: 'r0', label: 'early' },
      { id: 'r1', label: 'late' },
      { id: 'r2', label: null },
    ]);
    expect(await opened.log.query("SELECT label FROM labels WHERE request_id = 'nobody'")).toHaveLength(1);
  });

  it('may come twice: the latest wins, for each row of a request and each model', async () => {
    using directory = temporaryDirectory();
    await using opened = await openTestLog(directory.path);
    await opened.log.putLabels('fraud', [labelOf('r1', 'old'), labelOf('r1', 'other row', { row: 1 })]);
    await opened.log.putLabels('churn', [labelOf('r1', 'other model')]);
    await opened.log.putLabels('fraud', [labelOf('r1', 'new', { timestampMs: fourOClock - hourMs })]);
    expect(await opened.log.query(latest)).toEqual([
      { id: 'r1', row: 0, label: 'new' },
      { id: 'r1', row: 0, label: 'other model' },
      { id: 'r1', row: 1, label: 'other row' },
    ]);
    expect(await opened.log.query('SELECT count(*) AS n FROM labels')).toEqual([{ n: 4 }]);
  });

  it('of many calls at once are all kept, with a number of their own each', async () => {
    using directory = temporaryDirectory();
    await using opened = await openTestLog(directory.path);
    const calls = Array.from({ length: 200 }, (_, index) =>
      opened.log.putLabels('fraud', [labelOf(`a${index}`, '1'), labelOf(`b${index}`, '0')]),
    );
    expect(await Promise.all(calls)).toEqual(calls.map(() => 2));
    expect(
      await opened.log.query(
        'SELECT count(*) AS n, count(DISTINCT seq) AS numbers, max(seq) AS highest FROM labels',
      ),
    ).toEqual([{ n: 400, numbers: 400, highest: 400 }]);
  });

  it('are numbered on after a restart and after an export', async () => {
    using directory = temporaryDirectory();
    {
      await using opened = await openTestLog(directory.path, { now: () => fourOClock });
      await opened.log.putLabels('fraud', [labelOf('r1', 'first')]);
    }
    {
      await using opened = await openTestLog(directory.path);
      expect(await opened.log.exportClosedHours()).toEqual({ files: 1, rows: 1 });
    }
    await using opened = await openTestLog(directory.path);
    await opened.log.putLabels('fraud', [labelOf('r1', 'second')]);
    expect(await opened.log.query('SELECT seq, label FROM labels ORDER BY seq')).toEqual([
      { seq: 1, label: 'first' },
      { seq: 2, label: 'second' },
    ]);
    expect(await opened.log.query(latest)).toEqual([{ id: 'r1', row: 0, label: 'second' }]);
  });

  it('are read from the bytes of a body, all or none', async () => {
    using directory = temporaryDirectory();
    await using opened = await openTestLog(directory.path);
    const put = (value: unknown) => opened.log.putLabelsJson('fraud', json(value));
    expect(
      await put({
        labels: [
          { id: 'r1', label: [true, false] },
          { id: 'r2', label: 7 },
        ],
      }),
    ).toBe(3);
    await expect(put({ labels: [{ id: 'r3', label: 1 }, { id: 'r4' }] })).rejects.toMatchObject({
      code: 'INVALID_LABEL',
      message: 'labels[1] has no label.',
    });
    expect(await opened.log.query(latest)).toEqual([
      { id: 'r1', row: 0, label: '1' },
      { id: 'r1', row: 1, label: '0' },
      { id: 'r2', row: 0, label: '7' },
    ]);
  });
});
