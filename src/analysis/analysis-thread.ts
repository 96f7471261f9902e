import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { sentenceOf, UnderstudyError } from '../errors.ts';
import { readerOver } from '../log/query-port.ts';
import { reportDocument } from '../presentation/report-document.ts';
import { placeThread } from '../threads/place-thread.ts';
import type {
  AnalysisThreadData,
  FromAnalysisThread,
  Question,
  ToAnalysisThread,
} from './analysis-message.ts';
import { labelNext } from './labels/label-next.ts';
import { liveEvents } from './live-events.ts';
import { buildReport } from './report/build-report.ts';
import { buildTimeline } from './timeline/build-timeline.ts';

if (parentPort === null) {
  throw new Error('analysis-thread.ts is the analyst’s worker thread; it is not run by itself.');
}
const main: MessagePort = parentPort;
const { queryPort, placement }: AnalysisThreadData = workerData;
const log = readerOver(queryPort);

function send(message: FromAnalysisThread, transfer: ArrayBuffer[] = []): void {
  main.postMessage(message, transfer);
}

async function answer(id: number, question: Question): Promise<void> {
  try {
    const content = await documentOf(question);
    // A copy of what is bytes already: its memory may be a part of Node's pool.
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content);
    send({ kind: 'answer', id, bytes }, [bytes.buffer]);
  } catch (error) {
    const code = error instanceof UnderstudyError ? error.code : null;
    send({ kind: 'refused', id, error: { code, sentence: sentenceOf(error) } });
  }
}

async function documentOf(question: Question): Promise<string | Uint8Array> {
  const { request } = question;
  if (question.kind === 'timeline') return JSON.stringify(await buildTimeline(log, request));
  if (question.kind === 'live') return await liveEvents(log, request, question.id);
  if (question.kind === 'label-next') return JSON.stringify(await labelNext(log, request, question.limit));
  const report = await buildReport(log, request);
  // For programs, so without blanks.
  return question.format === 'json' ? JSON.stringify(report) : reportDocument(report, question.format);
}

send({ kind: 'placed', placed: placeThread(placement) });
main.on('message', (message: ToAnalysisThread) => {
  if (message.kind === 'question') {
    void answer(message.id, message.question);
    return;
  }
  queryPort.close();
  main.close();
});
