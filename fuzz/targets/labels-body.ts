import { labelsOfBody } from '../../src/log/labels-body.ts';
import type { FuzzTarget } from '../engine/fuzz-target.ts';
import { type PlainJson, plainJson } from '../oracles/plain-json.ts';
import { checkSame, misaligned, outcomeOf } from '../oracles/refusal.ts';

/** Bodies of labels against `JSON.parse`. */
export const target: FuzzTarget = {
  seeds: [
    '{"labels":[{"id":"r1","label":1},{"id":"r2","label":"fraud","timestamp":"2026-11-23T15:11:00Z"},{"id":"r3","label":true,"row":2}]}',
    '{"labels":[{"id":"r1","label":[0,1.5,"a",false]},{"id":"r2","label":9007199254740993,"row":null}]}',
    '{"labels":[]}',
  ],
  words: ['{"id":"a","label":', '"row":', '"timestamp":"2026-11-23T15:11:00Z"', '"labels":['],
  run(input) {
    const outcome = outcomeOf(() => labelsOfBody(input, 'test'));
    checkSame(
      outcome,
      outcomeOf(() => labelsOfBody(misaligned(input), 'test')),
      'misaligned',
    );
    if (outcome.kind === 'refused') return;
    const { labels } = plainJson(input) as unknown as { labels: { id: string; label: PlainJson }[] };
    const expected = labels.flatMap(({ id, label }) =>
      (Array.isArray(label) ? label : [label]).map((value) => ({ id, value })),
    );
    if (expected.length !== outcome.value.length)
      throw new Error(`${outcome.value.length} of ${expected.length} labels`);
    for (const [i, { requestId, label }] of outcome.value.entries()) {
      const { id, value } = expected[i]!;
      if (requestId !== id) throw new Error(`label ${i} is for ${requestId} instead of ${id}`);
      if (typeof value === 'string' && label !== value)
        throw new Error(`label ${i} is ${label} instead of ${value}`);
      if (label === '') throw new Error(`label ${i} is empty`);
    }
  },
};
