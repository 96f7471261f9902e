import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { sentenceOf, UnderstudyError } from '../errors.ts';
import { queryOver } from '../log/query-port.ts';
import { placeThread } from '../threads/place-thread.ts';
import type { AnalysisThreadData, FromAnalysisThread, ToAnalysisThread } from './analysis-message.ts';
import { buildReport } from './build-report.ts';
import type { ReportRequest } from './report-request.ts';

if (parentPort === null) {
  throw new Error('analysis-thread.ts is the analyst’s worker thread; it is not run by itself.');
}
const main: MessagePort = parentPort;
const { queryPort, placement }: AnalysisThreadData = workerData;
const query = queryOver(queryPort);

function send(message: FromAnalysisThread, transfer: ArrayBuffer[] = []): void {
  main.postMessage(message, transfer);
}

async function answer(id: number, request: ReportRequest): Promise<void> {
  try {
    const json = new TextEncoder().encode(JSON.stringify(await buildReport(query, request)));
    send({ kind: 'report', id, json }, [json.buffer]);
  } catch (error) {
    const code = error instanceof UnderstudyError ? error.code : null;
    send({ kind: 'refused', id, error: { code, sentence: sentenceOf(error) } });
  }
}

send({ kind: 'placed', placed: placeThread(placement) });
main.on('message', (message: ToAnalysisThread) => {
  if (message.kind === 'report') {
    void answer(message.id, message.request);
    return;
  }
  queryPort.close();
  main.close();
});
