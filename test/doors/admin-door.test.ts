import { describe, expect, it } from 'vitest';
import { AdminDoor, type Caller } from '../../src/doors/admin-door.ts';
import { UnderstudyError } from '../../src/errors.ts';

const token = 'a-token-of-16-characters';
const local: Caller = {
  ...{ address: '127.0.0.1', authorization: undefined, isForwarded: false },
  host: '127.0.0.1:8000',
};
const outcomeOf = (options: { token: string | null; always?: boolean }, caller: Partial<Caller>): string => {
  try {
    new AdminDoor({ always: false, ...options }).check({ ...local, ...caller });
    return 'may';
  } catch (error) {
    return error instanceof UnderstudyError ? `${error.code}: ${error.message}` : String(error);
  }
};

describe('who calls from this machine itself', () => {
  it.each([
    { address: '127.0.0.1' },
    { address: '127.8.7.6' },
    { address: '::1', host: '[::1]:8000' },
    { address: '::ffff:127.0.0.1', host: 'localhost' },
    { host: 'LocalHost:8000' },
    { host: 'shadow.localhost:8000' },
  ])('may change it, with or without a token: %j', (caller) => {
    expect(outcomeOf({ token: null }, caller)).toBe('may');
    expect(outcomeOf({ token }, caller)).toBe('may');
    expect(outcomeOf({ token, always: true }, caller)).toMatch(
      /^UNAUTHENTICATED: this needs the admin token/,
    );
    expect(outcomeOf({ token, always: true }, { ...caller, authorization: `Bearer ${token}` })).toBe('may');
  });

  it.each([
    [{ address: '10.0.0.7' }, 'this call comes from 10.0.0.7'],
    [{ address: '127.0.0.1.evil' }, 'this call comes from 127.0.0.1.evil'],
    [{ address: undefined }, 'this call comes from nowhere'],
    [{ isForwarded: true }, 'this call was passed on by a proxy'],
    [
      { host: 'rebound.example:8000' },
      'this call is for "rebound.example", which is no name of this machine alone',
    ],
    [{ host: 'localhost.example' }, 'this call is for "localhost.example"'],
    [{ host: '10.0.0.7:8000' }, 'this call is for "10.0.0.7"'],
    [{ host: undefined }, 'this call is for ""'],
  ])('is not who has %j: that takes the token', (caller, why) => {
    expect(outcomeOf({ token: null }, caller)).toContain(
      `FORBIDDEN: this may only be asked for from the machine`,
    );
    expect(outcomeOf({ token: null }, caller)).toContain(why);
    expect(outcomeOf({ token }, caller)).toMatch(/^UNAUTHENTICATED: this needs the admin token/);
    expect(outcomeOf({ token }, { ...caller, authorization: `Bearer ${token}` })).toBe('may');
  });
});

describe('a token', () => {
  it.each([`bearer ${token}`, `BEARER  ${token} `])('may be sent as %j', (authorization) => {
    expect(outcomeOf({ token }, { address: '10.0.0.7', authorization })).toBe('may');
  });

  it.each([
    `Bearer ${token}x`,
    `Bearer ${token.slice(1)}`,
    `Basic ${token}`,
    token,
    'Bearer',
    '',
    `Bearer ${token} x`,
  ])('sent as %j is wrong, from this machine, too', (authorization) => {
    const wrong = 'UNAUTHENTICATED: this is not the admin token of the server';
    expect(outcomeOf({ token }, { address: '10.0.0.7', authorization })).toBe(wrong);
    expect(outcomeOf({ token }, { authorization })).toBe(wrong);
  });

  it('that nobody asked for changes nothing', () => {
    expect(outcomeOf({ token: null }, { authorization: 'Bearer anything' })).toBe('may');
    expect(outcomeOf({ token: null }, { authorization: 'Bearer anything', isForwarded: true })).toMatch(
      /^FORBIDDEN/,
    );
  });
});
