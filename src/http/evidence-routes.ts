import type { FastifyInstance } from 'fastify';
import { UnderstudyError } from '../errors.ts';
import { ownPagesOnly } from './own-pages-only.ts';
import { limitIn, type Query, readQuery } from './query.ts';
import { type ReportFormat, reportFormat, reportMediaTypes } from './report-format.ts';
import { type ViewQuery, viewParameters, viewQueryOf } from './view-query.ts';

/** What the transport needs to answer for labels, reports and comparisons. */
export interface EvidenceSource {
  /** Keeps the ground truth of a body `{"labels": […]}`; resolves with the number kept once they are durable. */
  putLabels(model: string, body: Uint8Array): Promise<number>;
  /** The document in the format. */
  report(model: string, query: ViewQuery, format: ReportFormat): Promise<Uint8Array>;
  /** JSON: how the versions fared over time. */
  timeline(model: string, query: ViewQuery): Promise<Uint8Array>;
  /** JSON: the disagreements whose labels would tell most. */
  labelNext(
    model: string,
    query: { readonly shadow: string | null; readonly limit: number },
  ): Promise<Uint8Array>;
  comparisons(
    model: string,
    query: { readonly shadow: string | null; readonly limit: number; readonly disagree: boolean | null },
  ): Promise<readonly object[]>;
}

interface ModelPath {
  Params: { model: string };
  Querystring: Query;
}

/** Ground truth in; report and compared rows out. */
export function evidenceRoutes(app: FastifyInstance, evidence: EvidenceSource): void {
  app.post<ModelPath>('/v2/models/:model/labels', ownPagesOnly, async (request) => ({
    accepted: await evidence.putLabels(
      request.params.model,
      (request.body as Uint8Array | undefined) ?? new Uint8Array(),
    ),
  }));
  app.get<ModelPath>('/v2/models/:model/report', async (request, reply) => {
    const query = readQuery(request.query, [...viewParameters, 'format']);
    const format = reportFormat(query.format, request.headers.accept);
    const document = await evidence.report(request.params.model, viewQueryOf(query), format);
    if (format === 'parquet') reply.header('content-disposition', downloadOf(request.params.model));
    return reply
      .headers({
        'content-type': reportMediaTypes[format],
        vary: 'accept',
        'x-content-type-options': 'nosniff',
      })
      .send(document);
  });
  app.get<ModelPath>('/v2/models/:model/timeline', async (request, reply) => {
    const query = viewQueryOf(readQuery(request.query, viewParameters));
    const json = await evidence.timeline(request.params.model, query);
    return reply.header('content-type', 'application/json').send(json);
  });
  app.get<ModelPath>('/v2/models/:model/label-next', async (request, reply) => {
    const query = readQuery(request.query, ['shadow', 'limit']);
    const json = await evidence.labelNext(request.params.model, {
      shadow: query.shadow ?? null,
      limit: limitIn(query.limit, 100),
    });
    return reply.header('content-type', 'application/json').send(json);
  });
  app.get<ModelPath>('/v2/models/:model/comparisons', async (request) => {
    const query = readQuery(request.query, ['shadow', 'limit', 'disagree']);
    const comparisons = await evidence.comparisons(request.params.model, {
      shadow: query.shadow ?? null,
      limit: limitIn(query.limit, 50),
      disagree: flagOf(query.disagree),
    });
    return { comparisons };
  });
}

/** Names of models are folders', and may hold what a header may not. */
function downloadOf(model: string): string {
  return `attachment; filename="${model.replaceAll(/[^\w.-]/g, '_')}-report.parquet"`;
}

function flagOf(text: string | undefined): boolean | null {
  if (text === undefined) return null;
  if (text === 'true' || text === 'false') return text === 'true';
  throw new UnderstudyError('INVALID_QUERY', '"disagree" is true or false');
}
