import type { DeploymentConfig } from '../config/deployment.ts';
import { laneSums } from '../metrics/lane-sums.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { LaneReading, Price } from '../resources/lane-reading.ts';
import type { Deployment } from './deployment.ts';

/** What every running lane is called and has counted, for the resource monitor. */
export async function laneReadings(
  deployments: readonly Deployment[],
  metrics: Metrics,
): Promise<LaneReading[]> {
  const sumsOf = await laneSums(metrics);
  return deployments.flatMap(({ name: model, config, running }) =>
    running.map(({ version, role, group, threadName }): LaneReading => {
      const { loaded, counters, pids } = group;
      const sums = sumsOf({ model, version, role });
      return {
        account: {
          model,
          version,
          role,
          threadName,
          pids,
          gpu:
            loaded.provider === 'cpu'
              ? null
              : { provider: loaded.provider, device: config.instance_group.device },
          price: priceOf(config),
        },
        counters: {
          rows: sums.rows,
          executions: counters.executions,
          queueMicroseconds: sums.queueMicroseconds,
          computeMicroseconds: sums.runMicroseconds,
          workerCpuMicroseconds: counters.cpuMicroseconds,
          heapBytes: counters.heapBytes,
          loadMemoryBytes: loaded.memoryBytes,
          arenaBytes: counters.arenaBytes,
        },
      };
    }),
  );
}

function priceOf({ price }: DeploymentConfig): Price | null {
  return price === undefined
    ? null
    : { currency: price.currency, cpuHour: price.cpu_hour, gpuHour: price.gpu_hour };
}
