import { describe, expect, it } from 'vitest';
import { buildReport } from '../../src/analysis/report/build-report.ts';
import type { InterferenceReport, LaneReport, Report } from '../../src/analysis/report/report.ts';
import type { MeasuredResources, VersionResources } from '../../src/analysis/report/request.ts';
import { renderReport } from '../../src/cli/report-table.ts';
import { reportRequest } from '../support/report-request.ts';
import { maskedRegression, simulateRows, trafficOfRows } from '../support/simulated-fraud.ts';
import { simulatedLog } from '../support/simulated-log.ts';

const mebibyte = 2 ** 20;

function lane(cpuMsPerRow: number, differing: Partial<VersionResources> = {}): VersionResources {
  return {
    ...{ cpuSeconds: cpuMsPerRow * 10, cpuMsPerRow, rowsPerRun: 4, memoryBytes: 40 * mebibyte },
    memory: { load_bytes: 30 * mebibyte, heap_bytes: 10 * mebibyte, arena_bytes: null, resident_bytes: null },
    ...{ gpuUtilization: null, gpuMemoryBytes: null, gpuPowerWatts: null },
    costPer1000: { amount: cpuMsPerRow * 1e-5, currency: 'EUR' },
    ...differing,
  };
}

const measured: MeasuredResources = {
  primary: lane(0.4),
  shadow: lane(0.9, { memoryBytes: 60 * mebibyte }),
  control: null,
  process: { cpuPercent: 80, cpuSeconds: 120, memoryBytes: 500 * mebibyte },
  components: [
    { component: 'main', cpuSeconds: 30 },
    { component: 'runtime', cpuSeconds: 4.25 },
  ],
};

const running: LaneReport = {
  ...{ version: '7', role: 'primary', state: 'running', since: null, reason: null },
  ...{ execution_provider: 'cpu', provider_remarks: [], restarts: 0, files: [] },
};

async function rendered(
  resources: MeasuredResources = measured,
  more: Partial<Report> = {},
  width = 110,
): Promise<string> {
  const rows = simulateRows({ ...maskedRegression, rows: 200 });
  using log = await simulatedLog(['country', 'channel'], rows, trafficOfRows(rows));
  const report = await buildReport(log, reportRequest({ resources }));
  return renderReport({ ...report, ...more }, { color: false, width });
}

describe('the costs on a terminal', () => {
  it('are those of the shadow beside the primary, with the ratio', async () => {
    const text = await rendered();
    expect(text).toContain('Cost  v8 beside v7, since loaded');
    expect(text).toContain('CPU per row 0.400 ms → 0.900 ms (2.25×), at 4.0 and 4.0 rows a run');
    expect(text).toContain('1,000 predictions 0.000004 EUR → 0.000009 EUR (2.25×)');
    expect(text).toContain('memory 40.0 MiB → 60.0 MiB (1.50×)');
    expect(text).toContain('CPU of the server itself: main 30.0 s, runtime 4.3 s of 120 s in all');
    expect(text).not.toMatch(/GPU|slow v7|Lanes|null|NaN|undefined/);
  });

  it('are those beside the control where there is one, since it runs under the same conditions', async () => {
    const text = await rendered({ ...measured, control: lane(0.6) });
    expect(text).toContain('Cost  v8 beside v7 under the same conditions, since loaded');
    expect(text).toContain('CPU per row 0.600 ms → 0.900 ms (1.50×)');
  });

  it('leave the price out where there is none or two currencies, and show the GPU where one is used', async () => {
    const gpu = { gpuUtilization: 0.05, gpuMemoryBytes: 2 ** 30, gpuPowerWatts: 20 };
    const text = await rendered({
      ...measured,
      primary: lane(0.4, { ...gpu, costPer1000: null }),
      shadow: lane(0.9, { ...gpu, gpuUtilization: 0.2, gpuPowerWatts: 90 }),
    });
    expect(text).not.toContain('1,000 predictions');
    expect(text).toContain('GPU 5.0% → 20.0% (4.00×); 1.0 GiB → 1.0 GiB (1.00×); 20.0 W → 90.0 W (4.50×)');
  });

  it('include what the shadows cost the primary in time', async () => {
    const interference: InterferenceReport = {
      ...{ state: 'measuring', estimate: 0.021, lower: -0.004, upper: 0.046, budget: 0.05, pairs: 40 },
      ...{ effective_sample: 0.5, p99_ms: { with_shadows: 3.21, without_shadows: 2.5 } },
      discarded: { busy: 0, few: 0 },
    };
    expect(await rendered(measured, { interference }, 180)).toContain(
      'shadows slow v7 by +2.1% [−0.4%, +4.6%], budget 5.0%; p99 3.21 ms with them, 2.50 ms without; only 50.0% of what should be sampled is',
    );
    const unknown = { ...interference, estimate: null, lower: null, upper: null, p99_ms: null };
    expect(await rendered(measured, { interference: { ...unknown, state: 'blind' } }, 180)).toContain(
      'how much shadows slow v7 is not known: they still run when they have been paused; only 50.0% of what should be sampled is\n',
    );
    expect(await rendered(measured, { interference: { ...unknown, state: 'failed' } }, 180)).toContain(
      'how much shadows slow v7 is not known: the governor has failed, see the log; only',
    );
    expect(await rendered(measured, { interference: { ...unknown, effective_sample: 1 } })).not.toMatch(
      /slow|should be sampled/,
    );
  });

  it('are not there where nothing was measured', async () => {
    const none = { primary: null, shadow: null, control: null, process: null, components: [] };
    // The log still knows what the workers' own threads took.
    expect(await rendered(none)).toMatch(/Cost {2}v8 beside v7, since loaded\n {2}CPU per row [^\n]*\n$/);
  });
});

describe('lanes on a terminal', () => {
  it('are not listed while all is as it should be', async () => {
    const shadow: LaneReport = { ...running, version: '8', role: 'shadow' };
    expect(await rendered(measured, { lanes: [running, shadow] })).not.toContain('Lanes');
  });

  it('say what keeps a shadow from its traffic and how often its worker was replaced', async () => {
    const shadow: LaneReport = {
      ...running,
      ...{ version: '8', role: 'shadow', state: 'half_open', since: '2026-11-09T10:00:30.000Z' },
      ...{ reason: '100 failures in a row', restarts: 3 },
    };
    const text = await rendered(measured, { lanes: [running, shadow] });
    expect(text).toContain('v8 shadow is half open since 2026-11-09 10:00 UTC: 100 failures in a row');
    expect(text).toContain('v8 shadow: 3× a worker was replaced');
    expect(text).not.toContain('execution provider');
  });

  it('say so where providers differ, and why', async () => {
    const shadow: LaneReport = {
      ...running,
      ...{
        version: '8',
        role: 'shadow',
        execution_provider: 'cuda',
        provider_remarks: ['it was \u001b[2Jthere'],
      },
    };
    const text = await rendered(measured, { lanes: [running, shadow] });
    expect(text).toContain('v7 primary on cpu, v8');
    expect(text).toContain('it was ·[2Jthere');
  });
});
