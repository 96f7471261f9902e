import type { FastifyRequest } from 'fastify';
import type { Caller } from '../doors/admin-door.ts';
import type { CallingPage } from '../doors/cross-site.ts';

const forwarding = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/** Who calls, by connection and headers. */
export function callerOf({ headers, ip: address }: FastifyRequest): Caller & CallingPage {
  const { authorization, host, origin } = headers;
  return {
    ...{ address, authorization, host, origin },
    isForwarded: forwarding.some((name) => headers[name] !== undefined),
    forwardedHost: textOf(headers['x-forwarded-host']),
    fetchSite: textOf(headers['sec-fetch-site']),
  };
}

function textOf(header: string | string[] | undefined): string | undefined {
  return header === undefined ? undefined : String(header);
}
