import type { DeploymentConfig } from '../config/deployment.ts';
import type { Lane } from './lane.ts';
import type { LaneStatistics } from './lane-statistics.ts';
import type { LoadedModel } from './model/loaded-model.ts';

export type Role = 'primary' | 'shadow' | 'control';

export type VersionState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly loaded: LoadedModel }
  /** Cannot be served; `reason` is a sentence. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** In the repository, without a role. */
  | { readonly kind: 'unused' };

export interface ServedVersion {
  readonly version: string;
  readonly role: Role | null;
  readonly state: VersionState;
  /** What it has done; null while it is not running. */
  readonly statistics: LaneStatistics | null;
  /** What is to be told of its file, when that is not what is served: a sentence. */
  readonly remark: string | null;
}

/** A model as the transport sees it. */
export interface ServedModel {
  readonly name: string;
  readonly versions: readonly ServedVersion[];
  readonly primaryVersion: string | null;
  /** Null where it cannot be read. */
  readonly config: Pick<DeploymentConfig, 'instance_group' | 'dynamic_batching' | 'model_warmup'> | null;
  /** Where its requests go; null while it is loading or when it was refused. */
  readonly lane: Lane | null;
  /** Why the model as a whole cannot be served (its deployment.yaml, say); null when that is not so. */
  readonly refusal: string | null;
  /** What is to be told of its settings, where not all that lies in the repository counts: a sentence each. */
  readonly remarks: readonly string[];
}

export interface ServingTable {
  find(model: string): ServedModel | undefined;
  list(): readonly ServedModel[];
}
