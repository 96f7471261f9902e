import type { Tensor, TensorData } from './tensor.ts';

const lengthBytes = 4;

/** Bytes of a tensor as binary data. */
export function binaryByteLength({ data }: Tensor): number {
  if (!isStrings(data)) return data.byteLength;
  let bytes = 0;
  for (const text of data) bytes += lengthBytes + Buffer.byteLength(text, 'utf8');
  return bytes;
}

/** Writes a tensor at `position`: little-endian, row-major, a string as its length and its UTF-8; returns where it ends. */
export function writeBinaryTensor({ data }: Tensor, body: Buffer, position: number): number {
  if (!isStrings(data)) {
    body.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    return position + data.byteLength;
  }
  let end = position;
  for (const text of data) {
    const written = body.write(text, end + lengthBytes, 'utf8');
    body.writeUInt32LE(written, end);
    end += lengthBytes + written;
  }
  return end;
}

function isStrings(data: TensorData): data is readonly string[] {
  return Array.isArray(data);
}
