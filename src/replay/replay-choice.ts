import { type DeploymentConfig, shadowSchema } from '../config/deployment.ts';
import { defaultDeployment } from '../config/read-deployment.ts';
import { decideRoles } from '../repository/roles.ts';
import { type FoundModel, scanRepository } from '../repository/scan.ts';

/** What a replay was asked to compare; null where nothing was said. */
export interface AskedVersions {
  readonly model: string | null;
  readonly primary: string | null;
  readonly shadow: string | null;
}

export interface ReplayChoice {
  readonly found: FoundModel;
  readonly primary: string;
  readonly shadow: string;
  /** That of the deployment, but for what only makes sense beside users. */
  readonly config: DeploymentConfig;
}

/**
 * The two versions to compare, by default those that a server would, and how.
 *
 * @throws with a sentence where there are no two such versions
 */
export async function chooseVersions(models: string, asked: AskedVersions): Promise<ReplayChoice> {
  const found = modelIn((await scanRepository(models)).models, models, asked.model);
  if (found.deployment && 'error' in found.deployment) throw new Error(found.deployment.error);
  const config = found.deployment?.config ?? defaultDeployment;
  const versions = found.versions.map(({ version }) => version);
  for (const version of [asked.primary, asked.shadow]) {
    if (version === null || versions.includes(version)) continue;
    throw new Error(
      `there is no version ${version} of model ${found.name}; there are ${versions.join(', ')}`,
    );
  }
  const usual = decideRoles(found.name, versions, config, found.deployment?.hash ?? null, null);
  const candidates = [...usual.shadows.map(({ version }) => version), usual.primary];
  const primary = asked.primary ?? [usual.primary, ...versions].find((version) => version !== asked.shadow);
  const shadow = asked.shadow ?? candidates.find((version) => version !== primary);
  if (primary === undefined || shadow === undefined || primary === shadow) {
    throw new Error(
      `a replay compares two versions of model ${found.name}, say which with --primary and --shadow; there are ${versions.join(', ')}`,
    );
  }
  return { found, primary, shadow, config: replayConfig(config, primary, shadow) };
}

function modelIn(models: readonly FoundModel[], directory: string, asked: string | null): FoundModel {
  const names = models.map(({ name }) => name).join(', ');
  if (asked !== null) {
    const model = models.find(({ name }) => name === asked);
    if (model) return model;
    throw new Error(`no model in ${directory} is called "${asked}"; there are ${names || 'none'}`);
  }
  const [only] = models;
  if (only && models.length === 1) return only;
  throw new Error(
    only
      ? `say which model with --model: ${names}`
      : `there is no model in ${directory}; say where with --models`,
  );
}

/** Requests under way at most, for each that one run may take: enough that no worker ever waits for the next. */
const batchesUnderWay = 16;

export function requestsUnderWay({ dynamic_batching, instance_group }: DeploymentConfig): number {
  const batches = batchesUnderWay * instance_group.count;
  return Math.min(65_536, Math.max(512, batches * dynamic_batching.max_batch_size));
}

/**
 * There is no user to protect, so everything is compared: no sampling, no governor, no breaker, no control, and patience.
 * Nor is there anything to wait for: all labels that will come are there.
 */
function replayConfig(config: DeploymentConfig, primary: string, shadow: string): DeploymentConfig {
  const named = config.shadows?.find(({ version }) => version === shadow);
  const compared = shadowSchema.parse({ version: shadow, sample: 1, deadline: '10m' });
  const { isolation = compared.isolation, memory_limit } = named ?? {};
  return {
    ...config,
    primary,
    shadows: [{ ...compared, isolation, memory_limit }],
    control: 0,
    interference_budget: 'off',
    breaker: { failures: Number.MAX_SAFE_INTEGER },
    readiness: { ...config.readiness, label_maturity: 0 },
    dynamic_batching: {
      ...config.dynamic_batching,
      max_queue_delay_microseconds: 0,
      max_queue_size: requestsUnderWay(config),
    },
  };
}
