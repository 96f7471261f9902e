import type { DeploymentConfig } from '../../config/deployment.ts';
import type { Task } from './prediction.ts';

type OutputKeys = DeploymentConfig['outputs'];

const scoreKeys: readonly (keyof OutputKeys)[] = ['label', 'scores', 'score_kind', 'value'];

const keysOf: Readonly<Record<Task | 'auto', readonly (keyof OutputKeys)[]>> = {
  auto: scoreKeys,
  classification: scoreKeys,
  regression: scoreKeys,
  embedding: ['embedding'],
  ranking: ['items', 'scores', 'k'],
};

/** The task that a deployment asks for, by name or by naming an output that only one task has. */
export function askedTask({ task, outputs }: Pick<DeploymentConfig, 'task' | 'outputs'>): Task | 'auto' {
  if (task !== 'auto') return task;
  if (outputs.embedding !== undefined) return 'embedding';
  return outputs.items !== undefined || outputs.k !== undefined ? 'ranking' : 'auto';
}

/** @throws with a sentence when the deployment says something of the outputs that its task would ignore */
export function refuseForeignKeys(task: Task | 'auto', outputs: OutputKeys): void {
  for (const [key, value] of Object.entries(outputs)) {
    if (value === undefined || keysOf[task].some((known) => known === key)) continue;
    throw new Error(
      `outputs.${key} says nothing to task ${task}, which reads ${keysOf[task].map((known) => `outputs.${known}`).join(', ')}`,
    );
  }
}
