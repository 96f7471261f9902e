import { readHeaderContext } from '../../src/serving/header-context.ts';
import type { FuzzTarget } from '../engine/fuzz-target.ts';
import { outcomeOf } from '../oracles/refusal.ts';

/** Headers that describe a request, as Node hands them on: a line each, `name: value`, names in lower case, values in Latin-1. */
export const target: FuzzTarget = {
  seeds: [
    'x-request-id: r1\nx-entity-id: u17\nx-timestamp: 2026-11-23T15:11:00Z\nx-segment-country: DE\nx-segment-age-band: 30-45',
    'x-segment-a: h\xc3\xa9\nx-other: 1\nx-segment-a_b: x\nx-segment-a-b: y',
    'x-request-id: a\nx-request-id: b',
  ],
  words: ['x-segment-', '\nx-segment-constructor: 1', '__proto__', 'x-entity-id: ', '\n'],
  run(input) {
    const headers: Record<string, string[]> = Object.create(null);
    for (const line of input.toString('latin1').split('\n')) {
      const [name = '', ...value] = line.split(': ');
      headers[name.toLowerCase()] ??= [];
      headers[name.toLowerCase()]!.push(value.join(': '));
    }
    const outcome = outcomeOf(() => readHeaderContext(headers, headers, (source, name) => source[name]!));
    if (outcome.kind === 'refused') return;
    const given = Object.keys(headers).filter((name) => name.startsWith('x-segment-'));
    const found = Object.keys(outcome.value?.segments ?? {});
    if (found.length !== given.length)
      throw new Error(`${given.length} segments were given, and ${found.length} read`);
  },
};
