import type { z } from 'zod';
import { deploymentSchema } from '../../config/deployment.ts';
import type { Task } from '../../inference/outputs/prediction.ts';
import type { Query } from '../../log/comparison-log.ts';
import { numberIn, textIn } from './row-fields.ts';

/** Two versions of a model that a log has compared. */
export interface LoggedPair {
  readonly model: string;
  readonly primaryVersion: string;
  readonly shadowVersion: string;
  /** Of its latest row. */
  readonly task: Task;
  readonly rows: number;
  readonly lastMs: number;
}

/** What a report was asked about; null where nothing was said. */
export interface PairChoice {
  readonly model: string | null;
  readonly primary: string | null;
  readonly shadow: string | null;
}

const taskName: z.ZodType<Task> = deploymentSchema.shape.task.unwrap().exclude(['auto']);

/** Every pair in the log, the one with the latest row first. */
export async function loggedPairs(query: Query): Promise<LoggedPair[]> {
  const rows = await query(
    `SELECT model, primary_version, shadow_version, arg_max(task, ts) AS task, count(*) AS n,
       epoch_ms(max(ts)) AS last_ms
     FROM comparisons WHERE role = 'shadow' GROUP BY ALL ORDER BY last_ms DESC, model, shadow_version`,
  );
  return rows.map((row) => ({
    model: textIn(row, 'model'),
    primaryVersion: textIn(row, 'primary_version'),
    shadowVersion: textIn(row, 'shadow_version'),
    task: taskName.parse(row.task),
    rows: numberIn(row, 'n'),
    lastMs: numberIn(row, 'last_ms'),
  }));
}

/**
 * The pair that was asked for, or the only one that it can be.
 *
 * @throws with a sentence that lists what there is, where there are several or none
 */
export function choosePair(pairs: readonly LoggedPair[], choice: PairChoice): LoggedPair {
  if (pairs.length === 0) throw new Error('the log holds no compared rows, so there is nothing to report');
  const models = [...new Set(pairs.map(({ model }) => model))].sort();
  if (choice.model === null && models.length > 1) {
    throw new Error(`the log holds several models, say which with --model: ${models.join(', ')}`);
  }
  const model = choice.model ?? models[0]!;
  const ofModel = pairs.filter((pair) => pair.model === model);
  if (ofModel.length === 0) {
    throw new Error(`the log holds nothing of a model "${model}"; there are ${models.join(', ')}`);
  }
  const fitting = ofModel.filter(
    ({ primaryVersion, shadowVersion }) =>
      (choice.primary === null || choice.primary === primaryVersion) &&
      (choice.shadow === null || choice.shadow === shadowVersion),
  );
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return only;
  if (only === undefined) {
    throw new Error(`the log of ${model} holds no such pair of versions; it holds ${described(ofModel)}`);
  }
  throw new Error(
    `the log of ${model} holds several pairs of versions, say which with --primary and --shadow: ${described(fitting)}`,
  );
}

const listedPairs = 8;

function described(pairs: readonly LoggedPair[]): string {
  const shown = pairs.slice(0, listedPairs).map(({ primaryVersion, shadowVersion, rows, lastMs }) => {
    const last = new Date(lastMs).toISOString().slice(0, 10);
    return `v${primaryVersion} with v${shadowVersion} (${rows.toLocaleString('en-US')} rows, the last of ${last})`;
  });
  const more = pairs.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
