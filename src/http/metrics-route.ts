import type { FastifyInstance } from 'fastify';

export interface MetricsSource {
  readonly contentType: string;
  /** Prometheus text. */
  read(): Promise<string>;
}

export function metricsRoute(app: FastifyInstance, metrics: MetricsSource): void {
  app.get('/metrics', async (_, reply) =>
    reply.header('content-type', metrics.contentType).send(await metrics.read()),
  );
}
