import type { ShadowConfig } from '../config/deployment.ts';
import { type WrittenShadow, writtenShadow } from '../config/written-shadow.ts';
import { UnderstudyError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import {
  changed,
  type NextRoles,
  promoted,
  type RolesUntilNow,
  rolledBack,
} from '../repository/next-roles.ts';
import type { RoleChange } from '../repository/role-change.ts';
import type { ChangeCause, RoleHistory } from '../repository/role-history.ts';
import type { RememberedRoles } from '../repository/roles.ts';
import type { Deployment } from './deployment.ts';
import type { PinnedRequests } from './pinned-requests.ts';
import { VersionNotServed } from './version-not-served.ts';

/** Who asks for a change, and under which condition. */
export interface RoleRequest extends Pick<ChangeCause, 'by' | 'reason' | 'address'> {
  /** That of the roles the caller has seen: where they have changed since, nothing is done. Null for any. */
  readonly revision: number | null;
}

/** The roles of a model, as they are told. */
export interface RolesDocument {
  readonly model: string;
  /** Counts the changes. */
  readonly revision: number;
  readonly primary: string;
  readonly shadows: readonly (WrittenShadow & {
    /** Of its lane; `loading` or `refused` where there is none. */
    readonly state: string;
    /** Why it is not `running`; a sentence, or null. */
    readonly reason: string | null;
    /** Share of the present traffic that it is offered. */
    readonly effective_sample: number;
  })[];
  readonly control: number;
  /** Version that a rollback would make primary; null where there is nothing to take back. */
  readonly rollback_to: string | null;
  /** Whether the roles were changed since the `deployment.yaml` was, and count instead of what it says. */
  readonly overrides_deployment_yaml: boolean;
  readonly last_change: RoleChange | null;
}

export interface ChangedRoles extends RolesDocument {
  /** False where all was so already. */
  readonly changed: boolean;
  /** False where requests that were taken before still run on the former primary, and take long. */
  readonly drained: boolean;
  /** Requests that named the former primary, which are refused from now on; null where there were none, or it is primary still. */
  readonly pinned: PinnedRequests | null;
}

/** Changes roles while the server runs: one after the other, kept before they are in effect, with who and why. */
export class RoleChanges {
  readonly #deployed: (model: string) => Deployment;
  readonly #history: RoleHistory;
  readonly #logger: Logger;

  constructor(deployed: (model: string) => Deployment, history: RoleHistory, logger: Logger) {
    this.#deployed = deployed;
    this.#history = history;
    this.#logger = logger;
  }

  /** @throws as `Deployments.deployed` does */
  roles(model: string): RolesDocument {
    return this.#document(this.#deployed(model));
  }

  /** Newest first. @throws as `Deployments.deployed` does */
  async audit(model: string, limit: number): Promise<readonly RoleChange[]> {
    return this.#history.changes(this.#deployed(model).name, limit);
  }

  /** @param version null for the only shadow; @throws as `promoted` and `Deployment.change` do */
  promote(model: string, version: string | null, request: RoleRequest): Promise<ChangedRoles> {
    return this.#change(model, 'promote', request, (now) => promoted(now, version));
  }

  /** @throws as `rolledBack` and `Deployment.change` do */
  rollback(model: string, request: RoleRequest): Promise<ChangedRoles> {
    return this.#change(model, 'rollback', request, rolledBack);
  }

  /** @throws as `changed` and `Deployment.change` do */
  put(
    model: string,
    change: { readonly primary?: string | undefined; readonly shadows?: readonly ShadowConfig[] | undefined },
    request: RoleRequest,
  ): Promise<ChangedRoles> {
    return this.#change(model, 'change', request, (now) => changed(now, change));
  }

  async #change(
    model: string,
    action: ChangeCause['action'],
    request: RoleRequest,
    nextOf: (now: RolesUntilNow) => NextRoles | null,
  ): Promise<ChangedRoles> {
    const deployment = this.#deployed(model);
    const change = deployment.change(() => {
      const remembered = this.#remembered(deployment);
      checkRevision(remembered, request.revision, deployment.name);
      const { roles, plan } = deployment;
      const { formerPrimaries } = remembered;
      const next = nextOf({
        model: deployment.name,
        roles,
        formerPrimaries,
        versions: [...plan.files.keys()],
      });
      if (next === null) return null;
      return {
        plan: { ...plan, roles: next.roles },
        keep: async () => {
          const kept = {
            ...remembered,
            ...next.roles,
            formerPrimaries: next.formerPrimaries,
            isOverride: true,
          };
          this.#tell(await this.#history.change(deployment.name, kept, { ...request, action }));
        },
      };
    });
    const outcome = await change.catch((error: unknown) => {
      throw error instanceof VersionNotServed ? unchanged(deployment, error) : error;
    });
    const isDrained = outcome?.isDrained ?? true;
    if (!isDrained) {
      const sentence = 'requests that were taken before the change still run on the former primary';
      this.#logger.warn({ model: deployment.name }, sentence);
    }
    const pinned = outcome?.pinned ?? null;
    return { ...this.#document(deployment), changed: outcome !== null, drained: isDrained, pinned };
  }

  #document(deployment: Deployment): RolesDocument {
    const { name, roles, config, versions, running } = deployment;
    const remembered = this.#remembered(deployment);
    return {
      model: name,
      revision: revisionOf(remembered),
      primary: roles.primary,
      shadows: roles.shadows.map((shadow) => {
        const lane = running.find(({ version, role }) => version === shadow.version && role === 'shadow');
        const state = versions.find(({ version }) => version === shadow.version)?.state;
        return {
          ...writtenShadow(shadow),
          state: lane?.guard?.status.state ?? state?.kind ?? 'loading',
          reason: lane?.guard?.status.reason ?? (state?.kind === 'refused' ? state.reason : null),
          effective_sample: lane ? deployment.effectiveRateOf(lane) : 0,
        };
      }),
      control: config.control,
      rollback_to: remembered.formerPrimaries.at(-1) ?? null,
      overrides_deployment_yaml: remembered.isOverride && remembered.deploymentHash !== null,
      last_change: remembered.lastChange,
    };
  }

  /** It was decided before the deployment was made. */
  #remembered({ name }: Deployment): RememberedRoles {
    return this.#history.get(name)!;
  }

  #tell({ model, action, before, after, by, reason, revision }: RoleChange): void {
    const sentence =
      before?.primary === after.primary
        ? `the shadows of version ${after.primary} change`
        : `version ${after.primary} becomes primary instead of ${before?.primary}`;
    this.#logger.info({ model, action, by, reason, revision }, sentence);
  }
}

function unchanged(
  { name, primary }: Deployment,
  { version, message, cause }: VersionNotServed,
): UnderstudyError {
  if (cause instanceof UnderstudyError && cause.code === 'SHUTTING_DOWN') return cause;
  const before = primary === null ? 'nothing was changed' : `version ${primary.version} goes on`;
  return new UnderstudyError(
    'ROLES_UNCHANGED',
    `version ${version} of model ${name} cannot be primary (${before}): ${message}`,
    { cause },
  );
}

function revisionOf({ lastChange }: RememberedRoles): number {
  return lastChange?.revision ?? 0;
}

function checkRevision(remembered: RememberedRoles, expected: number | null, model: string): void {
  const revision = revisionOf(remembered);
  if (expected === null || expected === revision) return;
  const { by = null, at = null } = remembered.lastChange ?? {};
  const since = at === null ? '' : ` (last at ${at}${by === null ? '' : ` by ${by}`})`;
  throw new UnderstudyError(
    'ROLES_UNCHANGED',
    `the roles of model ${model} are at revision ${revision}${since}, not ${expected}; look at them again, then change them`,
  );
}
