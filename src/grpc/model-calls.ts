import type { ServingTable } from '../inference/serving-table.ts';
import { findModel } from '../serving/find-model.ts';
import { metadataOf } from '../serving/model-metadata.ts';
import { findVersion } from '../serving/model-state.ts';
import { extensions, type ServerIdentity } from '../serving/server-identity.ts';

/** A call that is answered from what the main thread knows: a request message to a reply message, both as plain objects. */
export type SimpleCall = (request: never) => object;

interface NamedVersion {
  readonly name: string;
  /** Empty for whichever answers. */
  readonly version: string;
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
    ModelMetadata: ({ name, version }: NamedVersion) =>
      metadataOf(findModel(table, name), version || undefined),
  };
}
