import { z } from 'zod';
import type { deploymentSchema } from '../config/deployment.ts';
import { loadModel } from '../inference/model/load-model.ts';
import { answerTrial } from './answer-trial.ts';

/** Child process that loads and tries one version as a worker of the server does: a crash ends only the child. */
const inputSchema = z.object({
  model: z.string(),
  version: z.string(),
  path: z.string(),
  config: z.custom<z.output<typeof deploymentSchema>>((value) => typeof value === 'object' && value !== null),
});

answerTrial(async (input) => {
  const { model, version, path, config } = inputSchema.parse(input);
  const { execution_provider: executionProvider, device } = config.instance_group;
  const { session, loaded, knownGood } = await loadModel({
    model,
    version,
    path,
    placement: { executionProvider, device, threads: 1, arbiter: null },
    maxBatchSize: config.dynamic_batching.max_batch_size,
    config,
    observer: null,
    thread: { role: 'primary', name: 'doctor', yielding: 'never', cpus: null },
  });
  await session.release();
  const { provider, providerRemarks, remarks, loadMilliseconds, memoryBytes, reading, batching } = loaded;
  return {
    ...{ provider, loadMilliseconds, memoryBytes, batching },
    remarks: [...providerRemarks, ...remarks],
    task: reading.kind,
    ran: knownGood !== null,
  };
});
