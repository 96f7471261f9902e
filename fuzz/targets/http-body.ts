import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { deflateRawSync, deflateSync, gunzipSync, gzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { readBody } from '../../src/http/body.ts';
import { Expander } from '../../src/http/expander.ts';
import { Receiving } from '../../src/http/receiving.ts';
import type { FuzzTarget } from '../engine/fuzz-target.ts';
import { asyncOutcomeOf, checkSame } from '../oracles/refusal.ts';

const limitBytes = 8192;
const codings = ['identity', 'gzip', 'deflate', 'x-gzip', ' GZIP ', 'br', ''];
const packed = Buffer.from('{"inputs":[1,2,3]}');

/** Bodies in one piece and in several, packed and plain; the first byte chooses the coding, the second how long the pieces are. */
export const target: FuzzTarget = {
  seeds: [
    '\x00\x05plain bytes',
    Buffer.concat([Buffer.of(1, 3), gzipSync(packed)]),
    Buffer.concat([Buffer.of(2, 1), deflateSync(packed)]),
    Buffer.concat([Buffer.of(2, 9), deflateRawSync(packed)]),
    Buffer.concat([Buffer.of(3, 200), gzipSync(Buffer.alloc(20_000))]),
  ],
  async run(input) {
    const coding = codings[(input[0] ?? 0) % codings.length]!;
    const pieceBytes = Math.max(1, input[1] ?? 1);
    const bytes = input.subarray(2);
    const whole = await asyncOutcomeOf(() => received([bytes], coding));
    const pieces = Array.from({ length: Math.ceil(bytes.length / pieceBytes) }, (_, i) =>
      bytes.subarray(i * pieceBytes, (i + 1) * pieceBytes),
    );
    checkSame(whole, await asyncOutcomeOf(() => received(pieces, coding)), 'in pieces');
    if (whole.kind === 'refused') return;
    if (!whole.value.equals(unpacked(bytes, coding.trim().toLowerCase())))
      throw new Error('unpacked otherwise');
    if (whole.value.length > limitBytes) throw new Error(`${whole.value.length} bytes are beyond the limit`);
  },
};

async function received(pieces: readonly Buffer[], coding: string): Promise<Buffer> {
  const stream = Object.assign(new PassThrough(), { headers: { 'content-encoding': coding } });
  const receiving = new Receiving(limitBytes);
  const body = readBody(
    stream as unknown as IncomingMessage,
    limitBytes,
    receiving,
    new Expander(limitBytes),
  );
  for (const piece of pieces) stream.write(piece);
  stream.end();
  const bytes = await body.finally(() => {
    if (receiving.bytes !== 0) throw new Error(`${receiving.bytes} bytes are still said to be on their way`);
  });
  return bytes;
}

function unpacked(bytes: Buffer, coding: string): Buffer {
  if (coding === 'gzip' || coding === 'x-gzip') return gunzipSync(bytes);
  if (coding !== 'deflate') return bytes;
  const isZlib = bytes.length >= 2 && (bytes[0]! & 0x0f) === 8 && bytes.readUInt16BE(0) % 31 === 0;
  return isZlib ? inflateSync(bytes) : inflateRawSync(bytes);
}
