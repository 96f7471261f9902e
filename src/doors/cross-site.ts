import { UnderstudyError } from '../errors.ts';
import { isLoopbackAddress, isLoopbackName, nameOf } from './loopback.ts';

/** Which page a call is made for, as a browser says it; what no browser sends is undefined. */
export interface CallingPage {
  /** The other end of the connection. */
  readonly address: string | undefined;
  /** Whether a proxy says that it passes the call on. */
  readonly isForwarded: boolean;
  /** Of the header, with or without a port. */
  readonly host: string | undefined;
  /** The host that a proxy was asked for, as it says. No page of another site can make a browser say that. */
  readonly forwardedHost: string | undefined;
  /** Of the header: `https://host:port`, or `null`. */
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site`. */
  readonly fetchSite: string | undefined;
}

/** @throws UnderstudyError CROSS_SITE where a browser makes the call for a page that is not this server's */
export function checkSameSite({ host, forwardedHost, origin, fetchSite }: CallingPage): void {
  const own = [host, forwardedHost?.split(',')[0]?.trim()].map((name) => name?.toLowerCase());
  if (origin !== undefined && !own.includes(hostOf(origin))) {
    throw new UnderstudyError(
      'CROSS_SITE',
      `a browser sends this for a page of ${shown(origin)}, and only pages of ${shown(host)} itself may ask for it; a proxy in between has to pass Host on, or X-Forwarded-Host`,
    );
  }
  if (fetchSite === 'cross-site' || fetchSite === 'same-site') {
    throw new UnderstudyError(
      'CROSS_SITE',
      `a browser sends this for a page of another site (Sec-Fetch-Site: ${fetchSite}), and only pages of ${shown(host)} itself may ask for it`,
    );
  }
}

/**
 * For what no token guards: a name that leads to this machine, but is somebody else's, makes pages of that site look like this server's own.
 *
 * @throws UnderstudyError CROSS_SITE
 */
export function checkNotRebound({ address, isForwarded, host, origin }: CallingPage): void {
  if (origin === undefined || isForwarded || !isLoopbackAddress(address)) return;
  if (isLoopbackName(nameOf(host))) return;
  throw new UnderstudyError(
    'CROSS_SITE',
    `a browser sends this for a page of ${shown(host)}, which is no name of this machine alone; use localhost, or have the proxy in between add X-Forwarded-For`,
  );
}

function hostOf(origin: string): string {
  return (URL.parse(origin)?.host ?? origin).toLowerCase();
}

function shown(text = ''): string {
  return JSON.stringify(text.slice(0, 80));
}
