import type { LogReader } from '../log/comparison-log.ts';
import { eventFrame } from '../presentation/event-frame.ts';
import { reportOf } from './report/build-report.ts';
import type { ReportRequest } from './report/request.ts';
import { keepRequestRows } from './rows/request-rows.ts';
import { timelineOf } from './timeline/build-timeline.ts';

/** Report and timeline as the events of a stream, from rows that are kept once for both. */
export async function liveEvents(log: LogReader, request: ReportRequest, id: number): Promise<string> {
  await using session = await log.openSession();
  const kept = await keepRequestRows(session, request);
  const report = await reportOf(session, kept, request);
  const timeline = await timelineOf(session, kept, request);
  return (
    eventFrame('report', id, JSON.stringify(report)) +
    eventFrame('timeline', id + 1, JSON.stringify(timeline))
  );
}
