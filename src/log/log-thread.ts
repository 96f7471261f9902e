import { getPriority } from 'node:os';
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { sentenceOf } from '../errors.ts';
import { placeThread } from '../threads/place-thread.ts';
import type { ComparisonBatch } from './comparison-batch.ts';
import { failureOf } from './failure.ts';
import { labelsOfBody } from './labels-body.ts';
import { LogCore } from './log-core.ts';
import type {
  FromLogThread,
  LogReply,
  LogRequest,
  LogThreadData,
  Report,
  ToLogThread,
} from './log-message.ts';
import { serveQueries } from './query-port.ts';
import type { ResourceRow } from './resource-row.ts';

/** Per port and flush; a port that is filled faster than it is emptied must not hold a flush up for ever. */
const maxDrainedMessages = 10_000;

if (parentPort === null)
  throw new Error('log-thread.ts is the log’s worker thread; it is not run by itself.');
const main: MessagePort = parentPort;
const options: LogThreadData = workerData;
/** What rows come on, and how to take in what a port holds already but has not delivered. */
const rowPorts = new Map<MessagePort, () => void>();

function send(message: FromLogThread): void {
  main.postMessage(message);
}

const report: Report = (level, object, message) => send({ kind: 'report', level, object, message });

/** As `top` shows it, inherited or asked for; null where threads have none of their own. */
function ownNiceness(): number | null {
  return process.platform === 'linux' ? getPriority(0) : null;
}

function takeRows<Message>(port: MessagePort, take: (message: Message) => void): void {
  rowPorts.set(port, () => {
    for (let drained = 0; drained < maxDrainedMessages; drained++) {
      const received = receiveMessageOnPort(port);
      if (received === undefined) break;
      take(received.message);
    }
  });
  port.on('message', take);
  port.on('close', () => rowPorts.delete(port));
}

function drainRowPorts(): void {
  for (const drain of rowPorts.values()) drain();
}

async function answer(core: LogCore, request: LogRequest, niceness: number | null): Promise<LogReply> {
  switch (request.kind) {
    case 'labels': {
      const kept = await core.putLabels(request.model, request.labels, request.nowMs);
      return { kind: 'labels', kept };
    }
    case 'labels_json': {
      const labels = labelsOfBody(request.body, 'http');
      const kept = await core.putLabels(request.model, labels, request.nowMs);
      return { kind: 'labels', kept };
    }
    case 'flush':
      drainRowPorts();
      await core.flush();
      return { kind: 'flush' };
    case 'export':
      drainRowPorts();
      return { kind: 'export', ...(await core.exportClosedHours(request.nowMs)) };
    case 'statistics':
      return { kind: 'statistics', statistics: { ...core.statistics, niceness } };
    case 'close':
      drainRowPorts();
      for (const port of rowPorts.keys()) port.close();
      await core.close();
      return { kind: 'close' };
  }
}

async function serve(): Promise<void> {
  send({ kind: 'placed', placed: placeThread(options.placement) });
  const niceness = ownNiceness();
  const core = await LogCore.open(options, report);
  const queryPorts: MessagePort[] = [];

  main.on('message', (message: ToLogThread) => {
    switch (message.kind) {
      case 'append':
        core.append(message.batch);
        break;
      case 'traffic':
        core.countTraffic(message.counts);
        break;
      case 'append_port':
        takeRows(message.port, (batch: ComparisonBatch) => core.append(batch));
        break;
      case 'resource_port':
        takeRows(message.port, (rows: ResourceRow[]) => core.recordResources(rows));
        break;
      case 'query_port':
        queryPorts.push(message.port);
        serveQueries(message.port, core.reader);
        break;
      case 'tick':
        core.tick(message.nowMs).catch((error) => {
          report('error', {}, `The export of closed hours failed and is tried again: ${sentenceOf(error)}`);
        });
        break;
      case 'request':
        answer(core, message.request, niceness)
          .then(
            (reply) => send({ kind: 'reply', id: message.id, reply }),
            (error) => send({ kind: 'refused', id: message.id, failure: failureOf(error) }),
          )
          .finally(() => {
            if (message.request.kind !== 'close') return;
            for (const port of queryPorts) port.close();
            main.close();
          });
        break;
    }
  });
  send({ kind: 'ready' });
}

serve().catch((error) => {
  send({ kind: 'failed', failure: failureOf(error) });
  main.close();
});
