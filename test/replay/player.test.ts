import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Lane, type LaneBackend } from '../../src/inference/lane.ts';
import type { LaneReply } from '../../src/inference/messages/reply-batch.ts';
import type { Label } from '../../src/log/label.ts';
import { LabelSink } from '../../src/replay/label-sink.ts';
import { Player, type PlayerOptions } from '../../src/replay/player.ts';
import type { RecordedEntry, Recording } from '../../src/replay/recording.ts';
import type { LaneState } from '../../src/shadow/lane-status.ts';

const signature = { model: 'fraud', version: '7', inputs: [], outputs: [], featureNames: null };
const label: Label = { requestId: 'r', row: 0, label: '1', value: 1, timestampMs: null, source: 'file' };
const answered: LaneReply = {
  ...{ unserved: null, status: 200, body: new Uint8Array(), inferenceHeaderLength: null, rows: 1 },
  ...{ queueMicroseconds: 1, inputMicroseconds: 0, computeMicroseconds: 1, outputMicroseconds: 0 },
  notice: { unit: 'r', timestampMs: 0, cells: '[[{},1]]', bytes: new Uint8Array() },
};
const refused: LaneReply = {
  ...answered,
  ...{ status: 400, rows: 0, notice: null, body: Buffer.from('{"error":"The body has no features."}') },
};

function recordingOf(count: number, more: Partial<Recording> = {}): Recording {
  const entries = Array.from(
    { length: count },
    (_, i): RecordedEntry => ({
      ...{ number: i + 1, form: 'predict', body: Buffer.from('{}'), labels: [label] },
      context: { id: `r${i}`, entity: null, segments: null, timestampMs: null },
    }),
  );
  return {
    ...{ name: 'requests.jsonl', unit: 'Line', bytes: 1, labels: null },
    async *read() {
      yield { entries, progress: 1 };
    },
    ...more,
  };
}

/** Two real lanes of one worker each, with a mirror between them as there is between those of a deployment. */
function stage(
  options: Partial<PlayerOptions> & { readonly reply?: LaneReply; readonly shadowMs?: number } = {},
) {
  const levels = { priorityLevels: 1, defaultPriorityLevel: 1 };
  const queue = {
    ...levels,
    maxQueueSize: 8,
    maxBatchSize: 4,
    maxQueueDelayMicroseconds: 0,
    maxWaitMicroseconds: null,
  };
  const onFailure = (error: unknown): never => {
    throw error;
  };
  const laneOf = (serve: LaneBackend['serve']) => new Lane({ count: 1, serve }, { ...queue, onFailure });
  const seen = { state: 'running' as LaneState, played: 0, missed: 0, longestQueue: 0 };
  const shadow = laneOf(async (requests) => {
    await pause(options.shadowMs ?? 0);
    seen.played += requests.length;
    return requests.map(() => answered);
  });
  const primary = laneOf(async (requests) => requests.map(() => options.reply ?? answered));
  primary.onServed = ({ requests, replies }) =>
    void setImmediate(() => {
      for (const [i, request] of requests.entries()) {
        if (replies[i]!.notice !== null && !shadow.submit(request, () => undefined)) seen.missed++;
      }
      seen.longestQueue = Math.max(seen.longestQueue, shadow.queued);
    });
  const sentences: string[] = [];
  const player = new Player({
    lanes: { primary, shadow, shadowStatus: () => ({ state: seen.state, sinceMs: 0, reason: null }) },
    mostUnderWay: 8,
    logCaughtUp: async () => undefined,
    labels: new LabelSink(async (labels) => labels.length),
    onRefused: (sentence) => void sentences.push(sentence),
    ...options,
  });
  return { player, shadow, seen, sentences };
}

describe('a player', () => {
  it('waits for a slow shadow, so that its queue never overflows', async () => {
    const labels = new LabelSink(async (some) => some.length);
    const { player, shadow, seen } = stage({ shadowMs: 2, labels });
    await player.play(recordingOf(200), signature, () => undefined);
    await player.finish();
    await shadow.drain(5000);
    expect(seen).toMatchObject({ played: 200, missed: 0 });
    expect(seen.longestQueue).toBeGreaterThan(1);
    expect(player.played).toEqual({ requests: 200, rows: 200, refused: 0 });
    expect(labels.kept).toBe(200);
  });

  it('waits while the shadow’s worker is being replaced', async () => {
    const { player, seen } = stage();
    seen.state = 'restarting';
    const playing = player.play(recordingOf(3), signature, () => undefined);
    await pause(30);
    expect(player.played.requests).toBe(0);
    seen.state = 'running';
    await playing;
    await player.finish();
    expect(player.played.requests).toBe(3);
  });

  it('tells of each request that the primary cannot read, in the words of the recording', async () => {
    const { player, sentences } = stage({ reply: refused });
    await player.play(recordingOf(2), signature, () => undefined);
    await player.finish();
    expect(sentences).toEqual([
      'Line 1 of requests.jsonl: the line has no features.',
      'Line 2 of requests.jsonl: the line has no features.',
    ]);
    expect(player.played).toEqual({ requests: 0, rows: 0, refused: 2 });
  });

  it('ends where telling throws, also for what is only known from an answer', async () => {
    const onRefused = (sentence: string): never => {
      throw new Error(sentence);
    };
    const early = stage({ onRefused });
    const broken = recordingOf(0, {
      async *read() {
        yield { entries: [{ number: 7, refusal: 'it is no JSON' }], progress: 1 };
      },
    });
    await expect(early.player.play(broken, signature, () => undefined)).rejects.toThrow(
      'Line 7 of requests.jsonl: it is no JSON',
    );
    const late = stage({ onRefused, reply: refused });
    const playing = (async () => {
      await late.player.play(recordingOf(1), signature, () => undefined);
      await late.player.finish();
    })();
    await expect(playing).rejects.toThrow('Line 1 of requests.jsonl: the line has no features.');
  });

  it('fails where labels cannot be written, or the log not keep pace', async () => {
    const full = async (): Promise<never> => {
      throw new Error('the disk is full');
    };
    const withoutLabels = stage({ labels: new LabelSink(full) });
    await withoutLabels.player.play(recordingOf(1), signature, () => undefined);
    await expect(withoutLabels.player.finish()).rejects.toThrow('the disk is full');
    const reply = { ...answered, rows: 30_000 };
    const withoutLog = stage({ logCaughtUp: full, reply });
    const playing = (async () => {
      await withoutLog.player.play(recordingOf(20), signature, () => undefined);
      await withoutLog.player.finish();
    })();
    await expect(playing).rejects.toThrow('the disk is full');
  });

  it('takes labels that came beside the requests', async () => {
    const labels = new LabelSink(async (some) => some.length);
    const { player } = stage({ labels });
    const beside = recordingOf(1, {
      async *labels() {
        yield Array.from({ length: 12_000 }, () => label);
      },
    });
    await player.play(beside, signature, () => undefined);
    await player.finish();
    expect(labels.kept).toBe(12_001);
  });
});
