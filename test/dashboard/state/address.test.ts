import { describe, expect, it } from 'vitest';
import { hoursText, readAddress, viewOf, writeAddress } from '../../../dashboard/src/state/address.ts';
import { queryOf } from '../../../dashboard/src/state/view.ts';

describe('the address of the dashboard', () => {
  it.each([
    '',
    '?model=fraud',
    '?model=fraud&shadow=8&last=24h&theme=dark',
    '?model=a%26b&from=2026-11-01T00%3A00%3A00.000Z&to=2026-11-02T00%3A00%3A00.000Z',
    '?from=2026-11-01T00%3A00%3A00.000Z',
  ])('is read and written the same: %s', (search) => {
    expect(writeAddress(readAddress(search))).toBe(search);
  });

  it('counts what cannot be read as not said', () => {
    const { window, theme } = readAddress('?last=0h&from=yesterday&theme=pink');
    expect(window).toEqual({ kind: 'all' });
    expect(theme).toBeNull();
    expect(readAddress('?last=99999h').window).toEqual({ kind: 'all' });
  });

  it('asks for the last hours from a whole hour on, so that tabs look at the same', () => {
    const address = readAddress('?last=24h');
    const now = Date.parse('2026-11-02T10:34:56Z');
    const view = viewOf(address, 'fraud', now);
    expect(view).toEqual({ model: 'fraud', shadow: null, from: '2026-11-01T10:00:00.000Z', to: null });
    expect(viewOf(address, 'fraud', now + 60_000)).toEqual(view);
    expect(queryOf(view, { format: 'json' })).toBe('?format=json&from=2026-11-01T10%3A00%3A00.000Z');
    expect(queryOf(viewOf(readAddress(''), 'fraud', now))).toBe('');
  });

  it('says hours as people do', () => {
    expect([1, 6, 24, 168, 30].map(hoursText)).toEqual([
      '1 hour',
      '6 hours',
      '24 hours',
      '7 days',
      '30 hours',
    ]);
  });
});
