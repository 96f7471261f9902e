/** How one datatype of the protocol is made up, read from JSON and written in Triton's binary form. */
export interface ElementKind {
  /** From a uniform number in [0, 1): what any model takes without overflow. */
  readonly random: (uniform: number) => unknown;
  readonly zero: unknown;
  /** Bytes of an element; null for those that tell their length. */
  readonly bytes: number | null;
  readonly write: (into: Buffer, offset: number, value: unknown) => void;
  readonly accepts: (value: unknown) => boolean;
}

type WriteNumber = (into: Buffer, value: number, offset: number) => void;

const floating = (bytes: number, write: WriteNumber): ElementKind => ({
  random: (uniform) => Math.round(uniform * 1e4) / 1e4,
  ...{ zero: 0, bytes },
  write: (into, offset, value) => write(into, Number(value), offset),
  accepts: (value) => typeof value === 'number',
});

/** Small numbers only: an integer is often an index, and one beyond the end makes the model fail. */
const whole = (bytes: number, write: WriteNumber): ElementKind => ({
  random: (uniform) => Math.floor(uniform * 2),
  ...{ zero: 0, bytes },
  write: (into, offset, value) => write(into, Number(value), offset),
  accepts: (value) => Number.isSafeInteger(value),
});

const bytes: ElementKind = {
  random: (uniform) => Math.floor(uniform * 2 ** 32).toString(36),
  ...{ zero: '', bytes: null },
  write: (into, offset, value) => {
    const length = into.write(String(value), offset + 4);
    into.writeUInt32LE(length, offset);
  },
  accepts: (value) => typeof value === 'string',
};

const bool: ElementKind = {
  random: (uniform) => uniform < 0.5,
  ...{ zero: false, bytes: 1 },
  write: (into, offset, value) => into.writeUInt8(value ? 1 : 0, offset),
  accepts: (value) => typeof value === 'boolean',
};

const kinds: ReadonlyMap<string, ElementKind> = new Map([
  ['FP32', floating(4, (into, value, offset) => into.writeFloatLE(value, offset))],
  ['FP64', floating(8, (into, value, offset) => into.writeDoubleLE(value, offset))],
  ['INT8', whole(1, (into, value, offset) => into.writeInt8(value, offset))],
  ['INT16', whole(2, (into, value, offset) => into.writeInt16LE(value, offset))],
  ['INT32', whole(4, (into, value, offset) => into.writeInt32LE(value, offset))],
  ['INT64', whole(8, (into, value, offset) => into.writeBigInt64LE(BigInt(value), offset))],
  ['UINT8', whole(1, (into, value, offset) => into.writeUInt8(value, offset))],
  ['UINT16', whole(2, (into, value, offset) => into.writeUInt16LE(value, offset))],
  ['UINT32', whole(4, (into, value, offset) => into.writeUInt32LE(value, offset))],
  ['UINT64', whole(8, (into, value, offset) => into.writeBigUInt64LE(BigInt(value), offset))],
  ['BOOL', bool],
  ['BYTES', bytes],
]);

export function elementKind(datatype: string, input: string): ElementKind {
  const kind = kinds.get(datatype);
  if (kind) return kind;
  throw new Error(`input ${input} is ${datatype}; requests can be made of ${[...kinds.keys()].join(', ')}`);
}
