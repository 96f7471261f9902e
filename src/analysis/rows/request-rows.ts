import type { QuerySession } from '../../log/comparison-log.ts';
import type { ReportRequest } from '../report/request.ts';
import { manyCombinations } from './combinations.ts';
import { keepRows } from './kept-rows.ts';
import { type Overview, queryOverview } from './overview.ts';
import { type RequestScope, requestScope } from './request-scope.ts';
import { queryTraffic, type TrafficCounts } from './traffic-counts.ts';

/** What a session knows once it has kept the rows of a request; `whole` is their scope. */
export interface RequestRows extends RequestScope {
  readonly overview: Overview;
  readonly traffic: TrafficCounts;
}

/** Keeps the rows that count for the request: `kept-rows.ts`. Rejects where a query does. */
export async function keepRequestRows(session: QuerySession, request: ReportRequest): Promise<RequestRows> {
  const asked = await requestScope(session.query, request);
  const traffic = await queryTraffic(session.query, asked.whole, asked.searchable);
  const counted = { ...asked.whole, combinationsAreMany: traffic.combinations > manyCombinations };
  const overview = await queryOverview(session, counted, asked.searchable);
  const whole = { ...counted, entitiesRepeat: overview.entitiesRepeat };
  const maturedMs = request.nowMs - request.readiness.labelMaturityMs;
  await keepRows(session, whole, request.task, asked.searchable, maturedMs, overview);
  return { ...asked, whole, overview, traffic };
}
