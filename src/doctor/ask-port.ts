import { z } from 'zod';
import packageJson from '../../package.json' with { type: 'json' };
import { sentenceOf } from '../errors.ts';
import { askedAddress, type PortUse, tryListening } from './listening.ts';

/** What a server says of one of its models. */
export interface RunningModel {
  readonly name: string;
  readonly ready: boolean;
  /** Why it is not ready; null where it is. */
  readonly reason: string | null;
  readonly versions: readonly RunningVersion[];
}

/** A version with a role. */
export interface RunningVersion {
  readonly version: string;
  /** Why it is not ready; null where it is. */
  readonly reason: string | null;
  /** Null while it is not ready. */
  readonly executionProvider: string | null;
  /** How `auto` came to it, and what of the model runs elsewhere; a sentence each. */
  readonly remarks: readonly string[];
}

export type PortFacts =
  | PortUse
  | {
      readonly kind: 'understudy';
      readonly url: string;
      readonly version: string;
      readonly isReady: boolean;
      readonly models: readonly RunningModel[];
      /** Prometheus text. */
      readonly metrics: string;
    };

const answerMs = 5_000;
const metadata = z.object({ name: z.string(), version: z.string() });
const index = z.object({
  models: z.array(
    z.object({
      name: z.string(),
      primary: z.string().nullable(),
      shadows: z.array(z.string()),
      ready: z.boolean(),
    }),
  ),
});
const readiness = z.object({
  reason: z.string().nullable().default(null),
  execution_provider: z.string().nullable().default(null),
  provider_remarks: z.array(z.string()).default([]),
});

export async function askPort(host: string, port: number): Promise<PortFacts> {
  const failure = await tryListening(host, port);
  if (failure === null) return { kind: 'free' };
  if (failure.code !== 'EADDRINUSE') return { kind: 'refused', ...failure };
  const url = `http://${askedAddress(host, port)}`;
  try {
    const { name, version } = metadata.parse(await (await get(url, '/v2')).json());
    if (name !== packageJson.name) return { kind: 'taken', by: `a server that calls itself ${name}` };
    const { models } = index.parse(await (await get(url, '/')).json());
    return {
      kind: 'understudy',
      url,
      version,
      isReady: (await get(url, '/v2/health/ready')).ok,
      models: await Promise.all(models.map((model) => askModel(url, model))),
      metrics: await (await get(url, '/metrics')).text(),
    };
  } catch (error) {
    return {
      kind: 'taken',
      by: `something that does not answer as an Understudy would (${sentenceOf(error)})`,
    };
  }
}

async function askModel(
  url: string,
  { name, primary, shadows, ready }: z.output<typeof index>['models'][number],
): Promise<RunningModel> {
  const path = `/v2/models/${encodeURIComponent(name)}`;
  const { reason } = readiness.parse(await (await get(url, `${path}/ready`)).json());
  const numbers = primary === null ? [] : [primary, ...shadows];
  const versions = numbers.map(async (version): Promise<RunningVersion> => {
    const answer = readiness.parse(await (await get(url, `${path}/versions/${version}/ready`)).json());
    return {
      version,
      reason: answer.reason,
      executionProvider: answer.execution_provider,
      remarks: answer.provider_remarks,
    };
  });
  return { name, ready, reason, versions: await Promise.all(versions) };
}

function get(url: string, path: string): Promise<Response> {
  return fetch(new URL(path, url), { signal: AbortSignal.timeout(answerMs) });
}
