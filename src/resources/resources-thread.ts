import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import pidusage from 'pidusage';
import { loadAddon } from '../../native/addon.ts';
import { monotonicMicroseconds } from '../clock.ts';
import { sentenceOf } from '../errors.ts';
import { createExclusive } from '../exclusive.ts';
import { placeThread } from '../threads/place-thread.ts';
import { openGpus } from './gpu-source.ts';
import type { LaneReading } from './lane-reading.ts';
import { readMachine } from './machine-meter.ts';
import { processUsage } from './process-usage.ts';
import { ResourceRecorder } from './resource-recorder.ts';
import { ResourceSampler } from './resource-sampler.ts';
import type {
  FromResourcesThread,
  ResourcesThreadData,
  TakeSample,
  ToResourcesThread,
} from './resources-message.ts';
import { threadClocks } from './thread-clocks.ts';

if (parentPort === null) {
  throw new Error('resources-thread.ts is the resource monitor’s worker thread; it is not run by itself.');
}
const main: MessagePort = parentPort;
const { placement, logPort, nvmlLibrary }: ResourcesThreadData = workerData;

send({ kind: 'placed', placed: placeThread(placement) });
const addon = loadAddon();
const gpus = openGpus(addon, nvmlLibrary, (sentence) => send({ kind: 'remark', sentence }));
const recorder = new ResourceRecorder();
const sampler = new ResourceSampler({
  pid: process.pid,
  threads: threadClocks(addon),
  processes: processUsage,
  gpus: gpus.read,
  machine: readMachine,
  visibleDevices: process.env.CUDA_VISIBLE_DEVICES,
  nowMicroseconds: monotonicMicroseconds,
});
/** One sample after the other: each is the difference to the one before. */
const exclusive = createExclusive();
const said = new Set<string>();

function send(message: FromResourcesThread): void {
  main.postMessage(message);
}

function sayOnce(sentence: string): void {
  if (said.has(sentence)) return;
  said.add(sentence);
  send({ kind: 'remark', sentence });
}

async function take({ id, readings, timestampMs, tick }: TakeSample): Promise<void> {
  try {
    const sample = await sampler.take(readings, timestampMs, tick);
    if (tick) {
      const rows = recorder.rowsOf(sample);
      if (rows.length > 0) logPort.postMessage(rows);
    }
    if (gpus.absence !== null && readings.some(runsOnNvidia)) {
      sayOnce(`what models use of the GPU is not known: ${gpus.absence}`);
    }
    send({ kind: 'sample', id, sample });
  } catch (error) {
    send({ kind: 'failed', id, sentence: sentenceOf(error) });
  }
}

function runsOnNvidia({ account: { gpu } }: LaneReading): boolean {
  return gpu?.provider === 'cuda' || gpu?.provider === 'tensorrt';
}

main.on('message', (message: ToResourcesThread) => {
  void exclusive(async () => {
    if (message.kind === 'take') {
      await take(message);
      return;
    }
    pidusage.clear();
    logPort.close();
    main.close();
  });
});
