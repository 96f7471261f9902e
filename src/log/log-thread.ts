import { getPriority, setPriority } from 'node:os';
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { sentenceOf } from '../errors.ts';
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

const niceValue = 10;
/** Per port and flush; a port that is filled faster than it is emptied must not hold a flush up for ever. */
const maxDrainedMessages = 10_000;

if (parentPort === null)
  throw new Error('log-thread.ts is the log’s worker thread; it is not run by itself.');
const main: MessagePort = parentPort;
const options: LogThreadData = workerData;
const appendPorts = new Set<MessagePort>();

function send(message: FromLogThread): void {
  main.postMessage(message);
}

const report: Report = (level, object, message) => send({ kind: 'report', level, object, message });

/**
 * Only niced, not idle: an acknowledged label must become durable under any load. For Linux "process 0" is the
 * calling thread; elsewhere it is the whole process, which must stay as it is.
 */
function lowerPriority(): number | null {
  if (process.platform !== 'linux') {
    report(
      'warn',
      {},
      `The log’s thread cannot be niced on ${process.platform}; it runs at normal priority.`,
    );
    return null;
  }
  try {
    setPriority(0, niceValue);
    return getPriority(0);
  } catch (error) {
    report('warn', { niceValue }, `The system refuses to nice the log’s thread: ${sentenceOf(error)}`);
    return null;
  }
}

function serveAppends(core: LogCore, port: MessagePort): void {
  appendPorts.add(port);
  port.on('message', (batch: ComparisonBatch) => core.append(batch));
  port.on('close', () => appendPorts.delete(port));
}

/** Takes in what the ports hold already but have not delivered. */
function drainAppendPorts(core: LogCore): void {
  for (const port of appendPorts) {
    for (let drained = 0; drained < maxDrainedMessages; drained++) {
      const received = receiveMessageOnPort(port);
      if (received === undefined) break;
      core.append(received.message);
    }
  }
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
      drainAppendPorts(core);
      await core.flush();
      return { kind: 'flush' };
    case 'export':
      drainAppendPorts(core);
      return { kind: 'export', ...(await core.exportClosedHours(request.nowMs)) };
    case 'statistics':
      return { kind: 'statistics', statistics: { ...core.statistics, niceness } };
    case 'close':
      drainAppendPorts(core);
      for (const port of appendPorts) port.close();
      await core.close();
      return { kind: 'close' };
  }
}

async function serve(): Promise<void> {
  const niceness = lowerPriority();
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
        serveAppends(core, message.port);
        break;
      case 'query_port':
        queryPorts.push(message.port);
        serveQueries(message.port, core.query);
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
