import { describe, expect, it } from 'vitest';
import { readPeerOptions } from '../../../bench/peers/peer-options.ts';

describe("a peer's argument", () => {
  it('says whether there is a shadow', () => {
    expect(readPeerOptions('{"shadow":"100%"}')).toEqual({ shadow: '100%' });
    expect(readPeerOptions('{"shadow":"off"}')).toEqual({ shadow: 'off' });
  });

  it('is refused where it says anything else', () => {
    expect(() => readPeerOptions(undefined)).toThrow('{"shadow":"off"} or {"shadow":"100%"}, not undefined');
    expect(() => readPeerOptions('{"shadow":"25%"}')).toThrow('not {"shadow":"25%"}');
  });
});
