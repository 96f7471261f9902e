import { describe, expect, it } from 'vitest';
import { costMeasures, partnerOf } from '../../../dashboard/src/data/cost-measures.ts';
import type { ResourcesReport, VersionCost } from '../../../src/analysis/report/report.ts';

const cost: VersionCost = {
  ...{ cpu_seconds: 2, cpu_ms_per_row: 0.5, rows_per_run: 4, memory_bytes: 100, memory: null },
  ...{ gpu_utilization: null, gpu_memory_bytes: null, gpu_power_watts: null, cost_per_1000: null },
};
const resources: ResourcesReport = {
  primary: cost,
  shadow: { ...cost, cpu_ms_per_row: 1, cost_per_1000: { amount: 0.03, currency: 'EUR' } },
  control: { ...cost, cpu_ms_per_row: 0.25, memory_bytes: null },
  process: null,
  server_components: null,
};
const keysOf = (of: ResourcesReport) => costMeasures(of).map(({ key }) => key);

describe('what each version costs', () => {
  it('has what is known of any version, and leaves the GPU out where there is none', () => {
    expect(keysOf(resources)).toEqual([
      'cpu_ms_per_row',
      'memory_bytes',
      'cost_per_1000',
      'rows_per_run',
      'cpu_seconds',
    ]);
  });

  it('compares the shadow with the control, and with the primary where there is none', () => {
    const ratioOfCpu = (of: ResourcesReport) => costMeasures(of)[0]!.ratio;
    expect([partnerOf(resources), ratioOfCpu(resources)]).toEqual(['control', 4]);
    const alone = { ...resources, control: null };
    expect([partnerOf(alone), ratioOfCpu(alone)]).toEqual(['primary', 2]);
  });

  it('has no ratio of what a row costs where many more rows share a run on one side', () => {
    const uneven = { ...resources, control: { ...cost, rows_per_run: 1.5 } };
    const ratios = costMeasures(uneven).map(({ key, ratio }) => [key, ratio]);
    expect(ratios.slice(0, 2)).toEqual([
      ['cpu_ms_per_row', null],
      ['memory_bytes', 1],
    ]);
  });

  it('has no ratio where a side is unknown, nor of what hangs on how much traffic a version got', () => {
    const ratios = Object.fromEntries(costMeasures(resources).map(({ key, ratio }) => [key, ratio]));
    expect(ratios).toMatchObject({
      memory_bytes: null,
      cost_per_1000: null,
      rows_per_run: null,
      cpu_seconds: null,
    });
  });
});
