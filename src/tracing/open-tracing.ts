import type { Logger } from '../logger.ts';
import type { ServerIdentity } from '../serving/server-identity.ts';
import type { Tracing } from './request-trace.ts';

export interface TracingOptions {
  /** As OTEL_EXPORTER_OTLP_ENDPOINT, which it overrules; null where that decides. */
  readonly endpoint: string | null;
  readonly environment: Readonly<NodeJS.ProcessEnv>;
  readonly identity: ServerIdentity;
  readonly logger: Logger;
}

const protocol = 'http/protobuf';

/**
 * Traces requests if that is asked for: by an endpoint, or by the standard variables of OpenTelemetry. The libraries are
 * loaded only then.
 */
export async function openTracing(options: TracingOptions): Promise<Tracing | null> {
  const { endpoint, environment, identity, logger } = options;
  if (!isWanted(options)) return null;
  const asked =
    environment.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL ?? environment.OTEL_EXPORTER_OTLP_PROTOCOL ?? protocol;
  if (endpoint === null && asked !== protocol) {
    logger.warn(
      {},
      `nothing is traced: the variables of OpenTelemetry ask for ${asked}; ${protocol} is what there is`,
    );
    return null;
  }
  const { startOtlpTracing } = await import('./otlp-tracing.ts');
  return startOtlpTracing({ url: endpoint && tracesUrl(endpoint), identity, logger });
}

function isWanted({ endpoint, environment, logger }: TracingOptions): boolean {
  if (environment.OTEL_SDK_DISABLED?.toLowerCase() === 'true') {
    if (endpoint !== null) logger.warn({}, 'nothing is traced: OTEL_SDK_DISABLED is true');
    return false;
  }
  if (endpoint !== null) return true;
  const { OTEL_TRACES_EXPORTER: exporter } = environment;
  if (exporter === 'otlp') return true;
  if (exporter !== undefined && exporter !== '') {
    if (exporter !== 'none') {
      logger.warn({}, `nothing is traced: OTEL_TRACES_EXPORTER is "${exporter}"; there are otlp and none`);
    }
    return false;
  }
  return Boolean(environment.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || environment.OTEL_EXPORTER_OTLP_ENDPOINT);
}

/** As the specification makes the URL of traces of an endpoint for everything. */
function tracesUrl(endpoint: string): string {
  return new URL('v1/traces', endpoint.endsWith('/') ? endpoint : `${endpoint}/`).href;
}
