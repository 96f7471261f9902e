import type { ServingTable } from '../inference/serving-table.ts';
import type { ServerIdentity } from '../serving/server-identity.ts';

const paths = {
  'GET /': 'the dashboard, for a browser; else this',
  'GET /v2': 'server metadata',
  'GET /v2/health/live': 'liveness',
  'GET /v2/health/ready': 'readiness',
  'GET /v2/models/{model}': 'model metadata; also /versions/{version} and …/ready',
  'GET /v2/models/{model}/config': 'how it is served, as Triton says it; also /versions/{version}/config',
  'GET /v2/models/{model}/stats': 'what it has done; also /versions/{version}/stats and /v2/models/stats',
  'POST /v2/repository/index': 'every version in the repository and its state',
  'POST /v2/models/{model}/infer': 'inference, Open Inference Protocol: JSON and binary tensors',
  'POST /predict/{model}': 'inference, short form: {"features": {…}}',
  'POST /v2/models/{model}/labels': 'ground truth: {"labels": [{"id", "label"}]}',
  'GET /v2/models/{model}/report':
    'how the shadow compares; ?shadow=, ?from=, ?to=, ?format=json, markdown, html or parquet',
  'GET /v2/models/{model}/timeline': 'how the shadow compares over time; ?shadow=, ?from=, ?to=',
  'GET /v2/models/{model}/live': 'both, as server-sent events; ?shadow=, ?from=, ?to=',
  'GET /v2/models/{model}/comparisons': 'compared rows, newest first; ?limit=, ?disagree=, ?shadow=',
  'GET /v2/models/{model}/label-next': 'disagreements whose labels would tell most; ?limit=, ?shadow=',
  'GET /v2/models/{model}/deployment': 'roles, and how much each shadow gets; PUT changes them',
  'POST /v2/models/{model}/promote': 'makes a shadow primary: {"version", "reason", "by"}, all optional',
  'POST /v2/models/{model}/rollback': 'takes the last promotion back',
  'POST /v2/repository/models/{model}/load': 'takes the model up as it lies in the repository now',
  'POST /v2/repository/models/{model}/unload': 'takes it out of service',
  'GET /v2/models/{model}/audit': 'who changed roles, when and why, newest first; ?limit=',
  'GET /metrics': 'Prometheus metrics',
} as const;

/** What is here, for someone who just started the server. */
export function serverIndex(identity: ServerIdentity, table: ServingTable): object {
  return {
    ...identity,
    models: table.list().map((model) => ({
      name: model.name,
      primary: model.primaryVersion,
      shadows: model.versions
        .filter((version) => version.role === 'shadow')
        .map((version) => version.version),
      execution_providers: Object.fromEntries(
        model.versions.flatMap(({ version, state }) =>
          state.kind === 'ready' ? [[version, state.loaded.provider]] : [],
        ),
      ),
      ready: model.lane !== null,
    })),
    paths,
  };
}
