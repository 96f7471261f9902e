import type { Scenario } from '../suite/scenario.ts';
import { bodySizeCase } from './scaling-body-size.ts';
import { modelsCase } from './scaling-models.ts';
import { concurrencyCase, rowsCase } from './scaling-requests.ts';
import { soakCase } from './scaling-soak.ts';
import { workersCase } from './scaling-workers.ts';

/** What it costs when there is more of something. */
export const scaling: Scenario = {
  name: 'scaling',
  title: 'Scaling',
  about:
    'What serving costs as work grows: rows of a request, requests at once, models, workers, bytes of a body, and time.',
  cases: () => [rowsCase, concurrencyCase, modelsCase, workersCase, bodySizeCase, soakCase],
};
