import { once } from 'node:events';
import { createServer } from 'node:net';
import { sentenceOf } from '../errors.ts';
import type { Finding } from './finding.ts';

/** What a port is to a server that wants to listen on it. */
export type PortUse =
  | { readonly kind: 'free' }
  /** Nobody may listen there, or there is no such address. */
  | { readonly kind: 'refused'; readonly code: string; readonly sentence: string }
  | { readonly kind: 'taken'; readonly by: string };

/** Where a server is to listen. */
export interface PortPlace {
  readonly host: string;
  /** 0 is a free one. */
  readonly port: number;
  /** That names it. */
  readonly option: '--http-port' | '--grpc-port';
}

/** @returns null where it can be listened on; else the code and the sentence of the system */
export async function tryListening(
  host: string,
  port: number,
): Promise<{ code: string; sentence: string } | null> {
  const server = createServer();
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, 'listening');
    return null;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return { code, sentence: sentenceOf(error) };
  } finally {
    server.close();
  }
}

/** A server that listens on all addresses is asked on this machine's own. */
export function askedAddress(host: string, port: number): string {
  const asked = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `${asked.includes(':') ? `[${asked}]` : asked}:${port}`;
}

export function portUseFinding(use: PortUse, { host, port, option }: PortPlace): Finding {
  const topic = 'port';
  const purpose = option === '--grpc-port' ? ' for gRPC' : '';
  switch (use.kind) {
    case 'free': {
      const free = port === 0 ? `There is a free port on ${host}` : `Port ${port} of ${host} is free`;
      return { topic, status: 'ok', sentence: `${free}${purpose}`, mend: null };
    }
    case 'refused':
      return {
        topic,
        status: 'problem',
        sentence: `No server can listen on port ${port} of ${host}${purpose}: ${use.sentence}`,
        mend: refusalMend(use.code, option),
      };
    case 'taken':
      return {
        topic,
        status: 'problem',
        sentence: `Port ${port} of ${host}, wanted${purpose || ' for HTTP'}, is taken by ${use.by}`,
        mend: `say another with ${option}; 0 takes a free one${purpose && ', off listens on none'}`,
      };
  }
}

function refusalMend(code: string, option: PortPlace['option']): string {
  if (code === 'EACCES') return `take a port above 1023 with ${option}, or grant CAP_NET_BIND_SERVICE`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return 'say an address of this machine with --host';
  return `say another with ${option}`;
}
