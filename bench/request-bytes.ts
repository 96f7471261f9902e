import type { LoadRequest } from './load-plan.ts';

/** A request of HTTP/1.1, as it goes over the wire. */
export function requestBytes(url: URL, { headers, body, path }: LoadRequest): Buffer {
  const lines = Object.entries({ host: url.host, ...headers, 'content-length': String(body.length) });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.concat([Buffer.from(`POST ${path ?? url.pathname} HTTP/1.1\r\n${head}\r\n`), body]);
}
