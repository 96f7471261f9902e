import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { byteMutations, insertWord, spliceWith } from '../../fuzz/engine/byte-mutations.ts';
import { minimise } from '../../fuzz/engine/minimise.ts';
import { protobufMutations } from '../../fuzz/engine/protobuf-mutations.ts';
import { encodeModel, parseModel } from '../../src/repository/onnx/read-model.ts';
import { mlp } from '../support/onnx-models.ts';
import { seededRandom } from '../support/random.ts';

const text = Buffer.from('{"a":12.5,"b":[1,2,3]}');

describe('a change', () => {
  it.each([...byteMutations, insertWord([Buffer.from('word')]), spliceWith(Buffer.from('another input'))])(
    'of bytes (%o) makes another input and leaves the first as it was',
    (mutation) => {
      const random = seededRandom(1);
      const made = new Set<string>();
      for (let round = 0; round < 50; round++)
        made.add(mutation(Buffer.from(text), random)?.toString('latin1') ?? '');
      expect(made.size).toBeGreaterThan(5);
      const input = Buffer.from(text);
      mutation(input, random);
      expect(input).toEqual(text);
      expect(() => mutation(Buffer.alloc(0), random)).not.toThrow();
    },
  );

  it('of a protobuf message mostly leaves it one, however deep it is made', () => {
    const random = seededRandom(1);
    const model = Buffer.from(encodeModel(parseModel(mlp())));
    let messages = 0;
    for (let round = 0; round < 600; round++) {
      const changed = protobufMutations[round % protobufMutations.length]!(model, random);
      if (changed === null) continue;
      if (isMessage(changed)) messages++;
    }
    expect(messages).toBeGreaterThan(300);
  });
});

/** Whether its fields and those of the graph in it (field 7) end where the message ends. */
function isMessage(bytes: Buffer): boolean {
  const reader = protobuf.Reader.create(bytes);
  try {
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      if (tag !== ((7 << 3) | 2)) reader.skipType(tag & 7);
      else if (!isMessage(Buffer.from(reader.bytes()))) return false;
    }
    return true;
  } catch {
    return false;
  }
}

describe('a finding', () => {
  it('is made as short and plain as it can be', async () => {
    const found = await minimise(Buffer.from('some {"noise"} with a BUG and more'), async (input) =>
      /B.G/.test(input.toString()),
    );
    expect(found.toString()).toBe('B0G');
  });

  it('is made shorter only as long as it may', async () => {
    let runs = 0;
    await minimise(Buffer.alloc(1000, 1), async () => runs++ < 0, 100);
    expect(runs).toBe(100);
  });
});
