import { describe, expect, it } from 'vitest';
import { MessageProgress } from '../../src/grpc/message-progress.ts';

function message(bytes: number): Buffer {
  const framed = Buffer.alloc(5 + bytes, 7);
  framed.writeUInt8(0, 0);
  framed.writeUInt32BE(bytes, 1);
  return framed;
}

describe('the progress of messages', () => {
  const stream = Buffer.concat([message(300), message(0), message(3000), message(9)]);
  const ends = [305, 310, 3315, 3329];

  it.each([1, 2, 4, 5, 7, 304, 306, 1024, 3329])('is the same in pieces of %d bytes', (size) => {
    const progress = new MessageProgress();
    let before = 0;
    for (let at = 0; at < stream.length; at += size) {
      const held = progress.add(stream.subarray(at, at + size));
      const come = Math.min(at + size, stream.length);
      const ended = ends.filter((end) => end <= come);
      expect(held).toBe(come - (ended.at(-1) ?? 0));
      expect(progress.hasEnded).toBe(ended.length > before);
      before = ended.length;
    }
    expect(before).toBe(4);
  });
});
