import type { BatchTally, LaneStatistics, Tally } from '../inference/lane-statistics.ts';
import type { ServedModel, ServedVersion, ServingTable } from '../inference/serving-table.ts';
import { findModel } from './find-model.ts';
import { loadedVersion } from './model-metadata.ts';

/** Triton's statistics extension. */
export interface StatisticDuration {
  readonly count: number;
  readonly ns: number;
}

/**
 * What versions have done since they were loaded, by Triton's names.
 *
 * @param name all models where it is null
 * @param version all that run where it is null
 * @throws UnderstudyError UNKNOWN_MODEL, UNKNOWN_VERSION, or MODEL_NOT_READY for a version that does not run
 */
export function statisticsOf(table: ServingTable, name: string | null, version: string | null): object {
  const models = name === null ? table.list() : [findModel(table, name)];
  if (version !== null) for (const model of models) loadedVersion(model, version);
  return {
    model_stats: models.flatMap((model) =>
      model.versions
        .filter((served) => version === null || served.version === version)
        .flatMap((served) =>
          served.statistics ? [versionStatistics(model, served, served.statistics)] : [],
        ),
    ),
  };
}

function versionStatistics(
  { name }: ServedModel,
  { version, state }: ServedVersion,
  done: LaneStatistics,
): object {
  const { succeeded, failed, queue, input, compute, output } = done;
  return {
    name,
    version,
    last_inference: done.lastAnsweredMs,
    inference_count: done.rows,
    execution_count: done.runs,
    inference_stats: {
      success: duration(succeeded),
      fail: duration(failed),
      queue: duration(queue),
      compute_input: duration(input),
      compute_infer: duration(compute),
      compute_output: duration(output),
      // There is no cache of answers.
      cache_hit: duration({ count: 0, microseconds: 0 }),
      cache_miss: duration({ count: 0, microseconds: 0 }),
    },
    batch_stats: [...done.batches].sort(([a], [b]) => a - b).map(batchStatistics),
    memory_usage: state.kind === 'ready' ? [{ type: 'CPU', id: 0, byte_size: state.loaded.memoryBytes }] : [],
  };
}

function batchStatistics([rows, tally]: [number, BatchTally]): object {
  const { runs: count } = tally;
  return {
    batch_size: rows,
    compute_input: duration({ count, microseconds: tally.inputMicroseconds }),
    compute_infer: duration({ count, microseconds: tally.computeMicroseconds }),
    compute_output: duration({ count, microseconds: tally.outputMicroseconds }),
  };
}

function duration({ count, microseconds }: Tally): StatisticDuration {
  return { count, ns: Math.round(microseconds * 1000) };
}
