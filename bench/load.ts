import { connect, type Socket } from 'node:net';
import { setPriority } from 'node:os';

/**
 * Load generator, a process of its own: `load.ts URL BODY SECONDS CONNECTIONS [RATE]`; prints what it saw as JSON.
 * Without a rate each connection sends the same bytes again as soon as its answer is complete (a closed loop: how
 * much goes through). With one, requests are due at even intervals whatever the server does, and their latency
 * counts from when they were due, also while they wait for a connection: a server that stalls cannot hide it. It
 * speaks HTTP/1.1 by hand because it shares the machine with the server: a full client would cost more than what
 * it measures.
 */
const [address, body, seconds, connections, rate = '0'] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string?,
];
const url = new URL(address);
try {
  // Whoever measures must not wait for a CPU, or its own delay would be taken for the server's.
  setPriority(-15);
} catch {
  process.stderr.write(
    'not allowed to raise the priority of the load generator: latencies contain its own delays\n',
  );
}
const request = Buffer.from(
  `POST ${url.pathname} HTTP/1.1\r\nhost: ${url.host}\r\ncontent-type: application/json\r\n` +
    `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
);
const headerEnd = Buffer.from('\r\n\r\n');
const milliseconds: number[] = [];
const nothing = Buffer.alloc(0);
let failed = 0;
let running = true;

/** Length of the first complete answer in the bytes; null while some of it is missing. */
function answerLength(bytes: Buffer): number | null {
  const end = bytes.indexOf(headerEnd);
  if (end < 0) return null;
  const length = /content-length: *(\d+)/i.exec(bytes.toString('latin1', 0, end));
  if (!length) throw new Error('the answer has no content-length');
  const total = end + headerEnd.length + Number(length[1]);
  return bytes.length >= total ? total : null;
}

const perMillisecond = Number(rate) / 1000;
/** Connections that have nothing to send. */
const free: (() => void)[] = [];
let began = 0;
let started = 0;

/** When the next request is due; null when none is. */
function takeDue(): number | null {
  if (!running) return null;
  if (perMillisecond === 0) return performance.now();
  const due = began + started / perMillisecond;
  if (due > performance.now()) return null;
  started++;
  return due;
}

function drive(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    let received: Buffer = nothing;
    let due = 0;
    const next = (): void => {
      const taken = takeDue();
      if (taken === null) {
        if (running) free.push(next);
        else socket.end();
        return;
      }
      due = taken;
      socket.write(request);
    };
    socket.on('connect', next);
    socket.on('error', reject);
    socket.on('close', () => resolve());
    socket.on('data', (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      if (answerLength(received) === null) return;
      milliseconds.push(performance.now() - due);
      // "HTTP/1.1 200": the status starts at byte 9.
      if (received.toString('latin1', 9, 12) !== '200') failed++;
      received = nothing;
      next();
    });
  });
}

/** Wakes connections for what has become due. Timers are coarse, so between them it looks again each turn. */
function pace(): void {
  while (free.length > 0 && began + started / perMillisecond <= performance.now()) free.pop()!();
  if (!running) for (const next of free.splice(0)) next();
  else setTimeout(pace, 0.5);
}

const sockets = Array.from({ length: Number(connections) }, () =>
  connect({ host: url.hostname, port: Number(url.port), noDelay: true }),
);
began = performance.now();
setTimeout(() => {
  running = false;
}, Number(seconds) * 1000);
if (perMillisecond > 0) pace();
await Promise.all(sockets.map(drive));
const elapsedSeconds = (performance.now() - began) / 1000;

const sorted = Float64Array.from(milliseconds).sort();
const quantile = (q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!;
process.stdout.write(
  JSON.stringify({
    requestsPerSecond: sorted.length / elapsedSeconds,
    p50Milliseconds: quantile(0.5),
    p99Milliseconds: quantile(0.99),
    p999Milliseconds: quantile(0.999),
    failed,
    // For who merges several runs: percentiles cannot be.
    milliseconds: perMillisecond === 0 ? [] : Array.from(sorted, (one) => Math.round(one * 1000) / 1000),
  }),
);
