import { describe, expect, it } from 'vitest';
import { readMetrics } from '../../src/doctor/read-metrics.ts';
import { signsIn } from '../../src/doctor/server-signs.ts';
import { createMetrics } from '../../src/metrics/metrics.ts';

const lane = { model: 'fraud', version: '8', role: 'shadow' };
const mirrored = { model: 'fraud', primary: '7', shadow: '8', role: 'shadow' };
const said = (text: string) =>
  signsIn(readMetrics(text)).map(({ status, sentence }) => `${status}: ${sentence}`);

it('Prometheus text is read with its labels, whatever they hold', () => {
  const text = '# HELP a what\n# TYPE a counter\na 3\nb{c="x \\"y\\", z",d="\\\\n\\n"} 1e-3\n\n';
  expect(readMetrics(text)).toEqual([
    { name: 'a', labels: {}, value: 3 },
    { name: 'b', labels: { c: 'x "y", z', d: '\\n\n' }, value: 0.001 },
  ]);
});

describe('the metrics of a server', () => {
  it('are no sign of anything while all is well', async () => {
    const metrics = createMetrics();
    metrics.threadPlacementRefused.set({ role: 'shadow' }, 0);
    metrics.laneState.set({ ...lane, state: 'running' }, 1);
    metrics.laneState.set({ ...lane, state: 'stalled' }, 0);
    metrics.trafficRows.inc(mirrored, 1000);
    metrics.interference.set({ model: 'fraud', bound: 'estimate' }, 0.2);
    metrics.interference.set({ model: 'fraud', bound: 'lower' }, -0.1);
    expect(said(await metrics.registry.metrics())).toEqual([]);
  });

  it('are read by the names that the server gives them', async () => {
    const metrics = createMetrics();
    metrics.threadPlacementRefused.set({ role: 'shadow' }, 2);
    metrics.laneState.set({ ...lane, state: 'stalled' }, 1);
    metrics.laneRestarts.inc(lane, 3);
    metrics.shadowDropped.inc({ ...mirrored, reason: 'queue_full' }, 40);
    metrics.shadowDropped.inc({ ...mirrored, reason: 'budget' }, 5);
    metrics.logDroppedRows.set(7);
    metrics.logFailedFlushes.set(1);
    metrics.refusedSegments.set({ model: 'fraud' }, 1);
    metrics.refusedSegments.set({ model: 'churn' }, 0);
    metrics.interference.set({ model: 'fraud', bound: 'lower' }, 0.062);
    metrics.governorState.set({ model: 'fraud', state: 'blind' }, 1);
    metrics.governorState.set({ model: 'fraud', state: 'failed' }, 0);
    metrics.governorState.set({ model: 'churn', state: 'failed' }, 1);
    expect(said(await metrics.registry.metrics()).sort()).toEqual(
      [
        'note: 40 sampled rows of fraud v8 (shadow) were dropped, since its queue was full',
        'note: 5 sampled rows of fraud v8 (shadow) were dropped, since the governor pauses shadows for up to a tenth of the time to see what they cost the primary, and mirrors less when that is more than interference_budget',
        'note: Shadows slow the primary of fraud down by 6.2% at least',
        'note: Workers of fraud v8 (shadow) died or hung and were replaced, 3 so far',
        'warning: How much shadows slow the primary of churn is not known: the governor has failed',
        'warning: How much shadows slow the primary of fraud is not known: they still run when they have been paused',
        'warning: A segment of fraud has too many values and is neither recorded nor judged',
        'warning: The lane of fraud v8 (shadow) is stalled: a run takes longer than its deadline, and its traffic is dropped',
        'warning: The log could not write once since the server started',
        'warning: The log lost 7 compared rows since the server started',
        'warning: The system refused 2 threads of role shadow a policy, a name or CPUs',
      ].sort(),
    );
  });
});
