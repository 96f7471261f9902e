import { byteMutations, replaced } from './byte-mutations.ts';
import { oneOf, whole } from './draw.ts';
import type { Mutation } from './fuzz-target.ts';

interface Field {
  readonly start: number;
  /** Where its value begins, behind the tag and, of bytes, the length. */
  readonly value: number;
  readonly end: number;
  readonly wireType: number;
  /** Fields it lies in, the outermost first. */
  readonly around: readonly Field[];
}

const deepest = 6;

/** The fields of a message, and of what may be messages in it; empty where the bytes are none. */
function fieldsOf(bytes: Buffer, from: number, to: number, around: readonly Field[]): Field[] {
  const fields: Field[] = [];
  for (let at = from; at < to; ) {
    const tag = varintAt(bytes, at, to);
    if (tag === null || tag.value < 8) return [];
    const wireType = tag.value & 7;
    let value = tag.end;
    let end: number;
    if (wireType === 0) end = varintAt(bytes, value, to)?.end ?? to + 1;
    else if (wireType === 1) end = value + 8;
    else if (wireType === 5) end = value + 4;
    else if (wireType === 2) {
      const length = varintAt(bytes, value, to);
      if (length === null) return [];
      value = length.end;
      end = value + length.value;
    } else return [];
    if (end > to) return [];
    const field: Field = { start: at, value, end, wireType, around };
    fields.push(field);
    if (wireType === 2 && around.length < deepest)
      fields.push(...fieldsOf(bytes, value, end, [...around, field]));
    at = end;
  }
  return fields;
}

function varintAt(bytes: Buffer, at: number, to: number): { value: number; end: number } | null {
  let value = 0;
  for (let i = 0; i < 5 && at + i < to; i++) {
    value += (bytes[at + i]! & 0x7f) * 2 ** (7 * i);
    if (bytes[at + i]! < 0x80) return { value, end: at + i + 1 };
  }
  return null;
}

export function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.of(...bytes, rest);
    bytes.push((rest % 128) | 0x80);
  }
}

/** Puts bytes in the place of `[from, to)` and corrects the lengths of the fields around. */
function edited(bytes: Buffer, around: readonly Field[], from: number, to: number, by: Buffer): Buffer {
  let part = by;
  let [start, end] = [from, to];
  for (const outer of around.toReversed()) {
    const content = Buffer.concat([bytes.subarray(outer.value, start), part, bytes.subarray(end, outer.end)]);
    const tag = varintAt(bytes, outer.start, outer.end)!;
    part = Buffer.concat([bytes.subarray(outer.start, tag.end), varint(content.length), content]);
    [start, end] = [outer.start, outer.end];
  }
  return replaced(bytes, start, end, part);
}

function someField(bytes: Buffer, random: () => number): Field | null {
  const fields = fieldsOf(bytes, 0, bytes.length, []);
  return fields.length === 0 ? null : oneOf(fields, random);
}

/** Changes that leave a protobuf message one, which changes of bytes hardly ever do: every field knows its length. */
export const protobufMutations: readonly Mutation[] = [
  function removeField(bytes, random) {
    const field = someField(bytes, random);
    return field && edited(bytes, field.around, field.start, field.end, Buffer.alloc(0));
  },
  function repeatField(bytes, random) {
    const field = someField(bytes, random);
    return field && edited(bytes, field.around, field.end, field.end, bytes.subarray(field.start, field.end));
  },
  function moveField(bytes, random) {
    const [field, to] = [someField(bytes, random), someField(bytes, random)];
    return (
      field && to && edited(bytes, to.around, to.start, to.start, bytes.subarray(field.start, field.end))
    );
  },
  function changeContent(bytes, random) {
    const field = someField(bytes, random);
    if (field?.wireType !== 2) return null;
    const content = oneOf(byteMutations, random)(bytes.subarray(field.value, field.end), random);
    if (content === null) return null;
    const tag = varintAt(bytes, field.start, field.end)!;
    const by = Buffer.concat([bytes.subarray(field.start, tag.end), varint(content.length), content]);
    return edited(bytes, field.around, field.start, field.end, by);
  },
  function changeNumber(bytes, random) {
    const field = someField(bytes, random);
    if (field?.wireType !== 0) return null;
    const value = random() < 0.2 ? 2 ** whole(random, 53) : whole(random, 40);
    return edited(bytes, field.around, field.value, field.end, varint(value));
  },
  function changeTag(bytes, random) {
    const field = someField(bytes, random);
    if (!field) return null;
    const tag = varintAt(bytes, field.start, field.end)!;
    return edited(
      bytes,
      field.around,
      field.start,
      tag.end,
      varint((1 + whole(random, 20)) * 8 + field.wireType),
    );
  },
];
