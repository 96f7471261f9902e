import type { LaneBackend } from '../../src/inference/lane.ts';
import type { LaneReply } from '../../src/inference/messages/reply-batch.ts';
import type { LaneRequest } from '../../src/inference/messages/request-batch.ts';

/** An instance group whose workers finish when the test says so; each reply repeats its request. */
export class ManualBackend implements LaneBackend {
  count: number;
  readonly batches: { readonly names: string[]; finish(): void; fail(error: Error): void }[] = [];

  constructor(count = 1) {
    this.count = count;
  }

  serve(requests: readonly LaneRequest[]): Promise<LaneReply[]> {
    return new Promise((resolve, reject) => {
      const names = requests.map((one) => Buffer.from(one.body.subarray(0, 8)).toString());
      const replies = requests.map(
        (one): LaneReply => ({
          ...{
            unserved: null,
            status: 200,
            body: one.body,
            inferenceHeaderLength: null,
            rows: 1,
            notice: null,
          },
          ...{ queueMicroseconds: 0, inputMicroseconds: 0, computeMicroseconds: 0, outputMicroseconds: 0 },
        }),
      );
      this.batches.push({ names, finish: () => resolve(replies), fail: reject });
    });
  }

  get started(): string[][] {
    return this.batches.map((batch) => batch.names);
  }
}
