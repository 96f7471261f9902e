import type { DeploymentConfig } from '../config/deployment.ts';
import type { LaneReading, Price } from '../resources/lane-reading.ts';
import type { Deployment } from './deployment.ts';

/** What every running lane is called and has counted, for the resource monitor. */
export function laneReadings(deployments: readonly Deployment[]): LaneReading[] {
  return deployments.flatMap(({ name: model, config, running }) =>
    running.map(({ version, role, group, lane, threadName }): LaneReading => {
      const { loaded, counters, pids } = group;
      const { rows, queue, runMicroseconds } = lane.statistics;
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
          rows,
          executions: counters.executions,
          queueMicroseconds: queue.microseconds,
          computeMicroseconds: runMicroseconds,
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
