import { describe, expect, it } from 'vitest';
import { type CallingPage, checkNotRebound, checkSameSite } from '../../src/doors/cross-site.ts';

const program: CallingPage = {
  ...{ address: '10.0.0.7', isForwarded: false, host: 'shadow.example:8000', forwardedHost: undefined },
  ...{ origin: undefined, fetchSite: undefined },
};

describe('a call', () => {
  it.each([
    {},
    { fetchSite: 'none' },
    { fetchSite: 'same-origin' },
    { origin: 'http://shadow.example:8000', fetchSite: 'same-origin' },
    { origin: 'https://shadow.example:8000' },
    { origin: 'http://Shadow.Example', host: 'shadow.example' },
    { origin: 'http://shadow.example', host: 'SHADOW.example' },
    { origin: 'http://[::1]:8000', host: '[::1]:8000' },
    { origin: 'https://ops.example', host: '127.0.0.1:8000', forwardedHost: 'ops.example' },
    { origin: 'https://ops.example', host: '127.0.0.1:8000', forwardedHost: 'ops.example, inner.example' },
  ])('of no page, or of the server’s own, may go on: %j', (page) => {
    expect(() => checkSameSite({ ...program, ...page })).not.toThrow();
  });

  it.each([
    { origin: 'https://elsewhere.example' },
    { origin: 'http://shadow.example:9000' },
    { origin: 'http://shadow.example' },
    { origin: 'null' },
    { origin: '' },
    { origin: 'http://shadow.example:8000.elsewhere.example' },
    { origin: 'http://shadow.example:8000@elsewhere.example' },
    { origin: 'https://inner.example', forwardedHost: 'ops.example, inner.example' },
    { origin: 'http://elsewhere.example', host: undefined },
    { fetchSite: 'cross-site' },
    { fetchSite: 'same-site' },
    { origin: 'http://shadow.example:8000', fetchSite: 'same-site' },
  ])('of a page of another site is refused: %j', (page) => {
    expect(() => checkSameSite({ ...program, ...page })).toThrow(
      expect.objectContaining({
        code: 'CROSS_SITE',
        message: expect.stringMatching(/^a browser sends this for/),
      }),
    );
  });

  it('is told what was wrong, in part', () => {
    expect(() => checkSameSite({ ...program, origin: `https://${'a'.repeat(100)}` })).toThrow(
      `a browser sends this for a page of "https://${'a'.repeat(72)}", and only pages of "shadow.example:8000" itself may ask for it`,
    );
  });
});

describe('a name that was made to lead to this machine', () => {
  const rebound: CallingPage = {
    ...program,
    ...{ address: '127.0.0.1', host: 'evil.example:8000', origin: 'http://evil.example:8000' },
    fetchSite: 'same-origin',
  };

  it('does not make a page this server’s own', () => {
    expect(() => checkSameSite(rebound)).not.toThrow();
    expect(() => checkNotRebound(rebound)).toThrow(
      'a browser sends this for a page of "evil.example:8000", which is no name of this machine alone; use localhost',
    );
  });

  it.each([
    { host: 'localhost:8000', origin: 'http://localhost:8000' },
    { host: '127.0.0.1:8000', origin: 'http://127.0.0.1:8000' },
    { host: '[::1]:8000', origin: 'http://[::1]:8000', address: '::1' },
    { isForwarded: true },
    { address: '10.0.0.7' },
    { origin: undefined, fetchSite: undefined },
  ])('is another matter for %j', (page) => {
    expect(() => checkNotRebound({ ...rebound, ...page })).not.toThrow();
  });
});
