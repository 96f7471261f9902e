import { threadId } from 'node:worker_threads';
import { env, InferenceSession, type Tensor as OnnxTensor } from 'onnxruntime-node';
import { sentenceOf, UnderstudyError } from '../../errors.ts';
import type { TensorSpec } from '../../protocol/signature.ts';
import type { Tensor } from '../../protocol/tensor.ts';
import { type DeviceTurns, inTurn, takeSeat } from '../device-arbiter/turns.ts';
import { type Coverage, RunProfile } from '../execution-provider/coverage.ts';
import { providerFailure } from '../execution-provider/failure.ts';
import {
  type ProviderCandidate,
  type ProviderName,
  planProviders,
  type SessionPlacement,
} from '../execution-provider/plan-providers.ts';
import { sessionOptions } from './onnx-session-options.ts';
import { fromOnnx, specOf, toOnnx } from './onnx-tensors.ts';
import type { ModelInFiles } from './read-files.ts';

/** A session of ONNX Runtime, spoken to in the protocol's tensors. `run` blocks its thread: never on the main one. */
export class OnnxSession {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly provider: ProviderName;
  /** What `auto` tried before it settled, a sentence each. */
  readonly remarks: readonly string[];
  readonly #session: InferenceSession;
  /** Null on the CPU, which needs no arbiter. */
  readonly #turns: DeviceTurns | null;
  /** Of the first run on a GPU, until that is over. */
  #profile: RunProfile | null;
  #coverage: Coverage | null = null;

  private constructor(made: MadeSession, provider: ProviderName, remarks: readonly string[]) {
    this.#session = made.session;
    this.#turns = made.turns;
    this.#profile = made.profile;
    this.#coverage = made.noProfile;
    this.provider = provider;
    this.remarks = remarks;
    this.inputs = made.session.inputMetadata.map((value) => specOf('input', value));
    this.outputs = made.session.outputMetadata.map((value) => specOf('output', value));
  }

  /** @throws UnderstudyError MODEL_NOT_READY when no provider takes the model */
  static async create(model: SessionFiles, placement: SessionPlacement): Promise<OnnxSession> {
    env.logLevel = 'fatal';
    const { candidates, passedOver } = planProviders(placement);
    const failures: string[] = [];
    for (const candidate of candidates) {
      let made: MadeSession;
      try {
        made = await makeSession(model, candidate, placement);
      } catch (error) {
        failures.push(providerFailure(candidate.name, sentenceOf(error)));
        continue;
      }
      const fellBack = failures.map(
        (failure) => `execution_provider auto settles for ${candidate.name}; ${failure}`,
      );
      try {
        return new OnnxSession(made, candidate.name, [...passedOver, ...fellBack]);
      } catch (error) {
        await releaseSession(made);
        throw error;
      }
    }
    throw new UnderstudyError(
      'MODEL_NOT_READY',
      `ONNX Runtime does not take the model (${failures.join('; ')})`,
    );
  }

  /** Where its nodes ran; null on the CPU, and before a run has succeeded. */
  get coverage(): Coverage | null {
    return this.#coverage;
  }

  async run(inputs: readonly Tensor[]): Promise<Tensor[]> {
    const feeds: Record<string, OnnxTensor> = {};
    for (const input of inputs) feeds[input.name] = toOnnx(input);
    const results = await inTurn(this.#turns, async () => {
      const values = await this.#session.run(feeds);
      // In the same turn: a profile cannot be ended while another session of the device runs.
      if (this.#profile) this.#endProfile();
      return values;
    });
    if (this.#profile) await this.#readProfile(this.#profile);
    return this.outputs.map((spec) => fromOnnx(spec, results[spec.name]!));
  }

  async release(): Promise<void> {
    await releaseSession({ session: this.#session, turns: this.#turns, profile: this.#profile });
  }

  /** The run it is the profile of has succeeded; that must not depend on the profile. */
  #endProfile(): void {
    try {
      this.#session.endProfiling();
    } catch (error) {
      this.#coverage = { unknown: sentenceOf(error) };
    }
  }

  async #readProfile(profile: RunProfile): Promise<void> {
    this.#profile = null;
    try {
      this.#coverage ??= await profile.read();
      await profile.remove();
    } catch (error) {
      this.#coverage ??= { unknown: sentenceOf(error) };
    }
  }
}

/** The model, and what its tensors lie in beside it. */
export type SessionFiles = Pick<ModelInFiles, 'bytes' | 'external'>;

interface MadeSession {
  readonly session: InferenceSession;
  readonly turns: DeviceTurns | null;
  readonly profile: RunProfile | null;
  /** Why a GPU's session has none. */
  readonly noProfile: Coverage | null;
}

async function releaseSession({ session, turns, profile }: Omit<MadeSession, 'noProfile'>): Promise<void> {
  await inTurn(turns, () => session.release());
  await profile?.remove();
}

async function makeSession(
  { bytes, external }: SessionFiles,
  candidate: ProviderCandidate,
  { arbiter, threads }: SessionPlacement,
): Promise<MadeSession> {
  const isCpu = candidate.name === 'cpu';
  const turns = isCpu || !arbiter ? null : takeSeat(arbiter, threadId);
  const [profile, noProfile] = isCpu ? [null, null] : createProfile();
  const options: InferenceSession.SessionOptions = {
    ...sessionOptions(candidate, threads),
    ...(external.length === 0
      ? {}
      : { externalData: external.map(({ location, data }) => ({ path: location, data })) }),
    ...(profile ? { enableProfiling: true, profileFilePrefix: profile.prefix } : {}),
  };
  try {
    const session = await inTurn(turns, () => InferenceSession.create(bytes, options));
    return { session, turns, profile, noProfile };
  } catch (error) {
    await profile?.remove();
    throw error;
  }
}

/** Where there is no room for a profile, the model runs without. */
function createProfile(): [RunProfile, null] | [null, Coverage] {
  try {
    return [new RunProfile(), null];
  } catch (error) {
    return [null, { unknown: `there is nowhere to write a profile: ${sentenceOf(error)}` }];
  }
}
