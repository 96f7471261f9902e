import { parseTimestamp } from '../../src/protocol/timestamp.ts';
import type { FuzzTarget } from '../engine/fuzz-target.ts';
import { outcomeOf } from '../oracles/refusal.ts';

/** Timestamps against `Date.parse`, which takes fewer forms: they are brought into its own first. */
export const target: FuzzTarget = {
  maxLength: 256,
  seeds: [
    '2026-11-23T15:11:00Z',
    '2026-11-23 15:11+0100',
    '2024-02-29t23:59:59,123456789-00:30',
    '1970-01-01T00:00:00.5+00',
  ],
  words: ['T', 'Z', '+01:00', '-2359', '.999', '2000-02-29', '24:00:00', ':60'],
  run(input) {
    const text = input.toString();
    const outcome = outcomeOf(() => parseTimestamp(text));
    if (outcome.kind === 'refused') return;
    const form = /^(\d{4}-\d\d-\d\d).(\d\d:\d\d)(:\d\d)?(?:[.,](\d+))?(Z|([+-]\d\d):?(\d\d)?)$/i.exec(text)!;
    const [, date, time, seconds = ':00', fraction = '', zone, hours, minutes = '00'] = form;
    const offset = zone!.toUpperCase() === 'Z' ? 'Z' : `${hours}:${minutes}`;
    const expected = Date.parse(`${date}T${time}${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}${offset}`);
    if (outcome.value !== expected) throw new Error(`${outcome.value} instead of ${expected}`);
  },
};
