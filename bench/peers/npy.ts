const magic = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0]);
const alignment = 64;

/** A file for `numpy.load`, version 1.0 of https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html: FP32, row-major. */
export function npy(shape: readonly number[], data: Float32Array): Buffer {
  const dimensions = shape.map((size) => `${size},`).join(' ');
  const description = `{'descr': '<f4', 'fortran_order': False, 'shape': (${dimensions}), }`;
  // Ends with a line feed, padded so that the data starts at a multiple of 64 bytes.
  const unpadded = magic.length + 2 + description.length + 1;
  const padding = (alignment - (unpadded % alignment)) % alignment;
  const header = Buffer.from(`${description}${' '.repeat(padding)}\n`, 'latin1');
  const length = Buffer.alloc(2);
  length.writeUInt16LE(header.length);
  return Buffer.concat([magic, length, header, Buffer.from(data.buffer, data.byteOffset, data.byteLength)]);
}
