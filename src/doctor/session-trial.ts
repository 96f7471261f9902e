import { env, InferenceSession, listSupportedBackends, Tensor } from 'onnxruntime-node';
import { z } from 'zod';
import { sentenceOf } from '../errors.ts';
import { providerFailure } from '../inference/execution-provider/failure.ts';
import { type ProviderName, planProviders } from '../inference/execution-provider/plan-providers.ts';
import { graph, model, node, value } from '../repository/onnx/build-model.ts';
import { encodeModel } from '../repository/onnx/read-model.ts';
import { answerTrial } from './answer-trial.ts';
import { readText } from './read-text.ts';

/** Child process that makes a session on one provider and runs it: a broken driver may crash or hang it. */
const inputSchema = z.strictObject({ provider: z.enum(['cpu', 'cuda', 'tensorrt', 'webgpu']) });

answerTrial(async (input) => {
  const { provider } = inputSchema.parse(input);
  env.logLevel = 'fatal';
  const started = performance.now();
  const session = await createSession(provider);
  const created = performance.now();
  const outputs = await session.run({ x: new Tensor('float32', Float32Array.of(1, 2, 3, 4), [4]) });
  const ran = performance.now();
  const doubled = [...((outputs.y?.data ?? []) as Float32Array)];
  // What the provider brought in, a Vulkan driver say, is mapped as long as the session lives.
  const libraries = mappedLibraries();
  await session.release();
  if (doubled.join() !== '2,4,6,8') throw new Error(`it ran and gave ${doubled.join(', ')} for 2, 4, 6, 8`);
  return {
    createMilliseconds: created - started,
    runMilliseconds: ran - created,
    libraries,
    backends: listSupportedBackends().map(({ name, bundled }) => ({ name, bundled })),
  };
});

async function createSession(provider: ProviderName): Promise<InferenceSession> {
  const { candidates } = planProviders({ executionProvider: provider, device: 0 });
  try {
    return await InferenceSession.create(doubling(), {
      executionProviders: candidates[0]!.options,
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      logSeverityLevel: 4,
    });
  } catch (cause) {
    const failure = providerFailure(provider, sentenceOf(cause));
    throw new Error(failure.replace(`${provider}: `, ''), { cause });
  }
}

function doubling(): Uint8Array {
  return encodeModel(
    model(
      graph('doubling', {
        inputs: [value('x', 'FP32', [4])],
        outputs: [value('y', 'FP32', [4])],
        nodes: [node('Add', ['x', 'x'], ['y'])],
      }),
    ),
  );
}

function mappedLibraries(): string[] {
  const paths = (readText('/proc/self/maps') ?? '').matchAll(/ (\/\S+\.so\S*)$/gm);
  return [...new Set([...paths].map((match) => match[1]!))];
}
