import type { DeploymentConfig } from '../config/deployment.ts';
import type { Task } from '../inference/outputs/prediction.ts';
import { compareClassification } from './classification.ts';
import type { Comparator } from './comparator.ts';
import { compareEmbedding } from './embedding.ts';
import { compareRanking } from './ranking.ts';
import { compareRegression } from './regression.ts';

/** How two observations of one row are compared in a task. */
export function comparatorOf(task: Task, tolerance: DeploymentConfig['tolerance']): Comparator {
  switch (task) {
    case 'classification':
      return compareClassification;
    case 'regression':
      return compareRegression(tolerance);
    case 'embedding':
      return compareEmbedding(tolerance.cosine);
    case 'ranking':
      return compareRanking(tolerance.overlap);
  }
}
