import type { ServingTable } from '../inference/serving-table.ts';
import { findModel } from '../serving/find-model.ts';
import { modelConfig } from '../serving/model-config.ts';
import { metadataOf } from '../serving/model-metadata.ts';
import { findVersion } from '../serving/model-state.ts';
import { statisticsOf } from '../serving/model-statistics.ts';
import { repositoryIndex } from '../serving/repository-index.ts';
import { extensions, type ServerIdentity } from '../serving/server-identity.ts';

/** A call that is answered from what the main thread knows: a request message to a reply message, both as plain objects. */
export type SimpleCall = (request: never) => object;

interface NamedVersion {
  readonly name: string;
  /** Empty for whichever answers. */
  readonly version: string;
}

interface IndexRequest {
  readonly repository_name: string;
  readonly ready: boolean;
}

/** The calls about the server and its models, by the name of their method. */
export function modelCalls(
  table: ServingTable,
  identity: ServerIdentity,
  state: { readonly isReady: boolean },
): Readonly<Record<string, SimpleCall>> {
  return {
    ServerLive: () => ({ live: true }),
    ServerReady: () => ({ ready: state.isReady }),
    ServerMetadata: () => ({ ...identity, extensions }),
    ModelReady: ({ name, version }: NamedVersion) => {
      const model = findModel(table, name);
      const isReady =
        version === '' ? model.lane !== null : findVersion(model, version).state.kind === 'ready';
      return { ready: isReady };
    },
    ModelConfig: ({ name, version }: NamedVersion) => ({
      config: modelConfig(findModel(table, name), version || undefined),
    }),
    ModelStatistics: ({ name, version }: NamedVersion) => statisticsOf(table, name || null, version || null),
    RepositoryIndex: ({ repository_name: repository, ready }: IndexRequest) => ({
      // A name is that of another repository than the only one, which has none.
      models: repository === '' ? repositoryIndex(table, ready) : [],
    }),
    ModelMetadata: ({ name, version }: NamedVersion) =>
      metadataOf(findModel(table, name), version || undefined),
  };
}
