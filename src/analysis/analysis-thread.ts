import { setPriority } from 'node:os';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { sentenceOf, UnderstudyError } from '../errors.ts';
import { queryOver } from '../log/query-port.ts';
import type { AnalysisThreadData, FromAnalysisThread, ToAnalysisThread } from './analysis-message.ts';
import { buildReport } from './build-report.ts';
import type { ReportRequest } from './report-request.ts';

const niceValue = 19;

if (parentPort === null) {
  throw new Error('analysis-thread.ts is the analyst’s worker thread; it is not run by itself.');
}
const main: MessagePort = parentPort;
const { queryPort }: AnalysisThreadData = workerData;
const query = queryOver(queryPort);

function send(message: FromAnalysisThread, transfer: ArrayBuffer[] = []): void {
  main.postMessage(message, transfer);
}

/** For Linux "process 0" is the calling thread; elsewhere it is the whole process, which must stay as it is. */
function lowerPriority(): void {
  if (process.platform !== 'linux') {
    const sentence = `The analysis thread cannot be niced on ${process.platform}; it runs at normal priority.`;
    send({ kind: 'notice', sentence });
    return;
  }
  try {
    setPriority(0, niceValue);
  } catch (error) {
    const sentence = `The system refuses to nice the analysis thread: ${sentenceOf(error)}`;
    send({ kind: 'notice', sentence });
  }
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

lowerPriority();
main.on('message', (message: ToAnalysisThread) => {
  if (message.kind === 'report') {
    void answer(message.id, message.request);
    return;
  }
  queryPort.close();
  main.close();
});
