import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setPriority } from 'node:os';
import type { LoadOrder, LoadResult } from './load-generator.ts';

/**
 * Load generator, a process of its own that takes orders over IPC and answers each with what it saw. Without a rate each
 * connection sends the same bytes again as soon as its answer is complete (a closed loop: how much goes through). With
 * one, requests are due at even intervals whatever the server does, and their latency counts from when they were due,
 * also while they wait for a connection: a server that stalls cannot hide it. It speaks HTTP/1.1 by hand because it
 * shares the machine with the server: a full client would cost more than what it measures. It lives as long as the
 * bench does, and what it sees while a run settles does not count: a generator that has just been started is compiled
 * while it measures, on the CPUs of the server, and takes its own stalls for the server's.
 */
const settleMilliseconds = 400;
try {
  // Whoever measures must not wait for a CPU, or its own delay would be taken for the server's.
  setPriority(-15);
} catch {
  process.stderr.write(
    'not allowed to raise the priority of the load generator: latencies contain its own delays\n',
  );
}
const headerEnd = Buffer.from('\r\n\r\n');
const nothing = Buffer.alloc(0);

/** Length of the first complete answer in the bytes; null while some of it is missing. */
function answerLength(bytes: Buffer): number | null {
  const end = bytes.indexOf(headerEnd);
  if (end < 0) return null;
  const length = /content-length: *(\d+)/i.exec(bytes.toString('latin1', 0, end));
  if (!length) throw new Error('the answer has no content-length');
  const total = end + headerEnd.length + Number(length[1]);
  return bytes.length >= total ? total : null;
}

async function open(url: URL): Promise<Socket> {
  const socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true });
  await once(socket, 'connect');
  return socket;
}

async function run({ address, body, seconds, connections, rate }: LoadOrder): Promise<LoadResult> {
  const url = new URL(address);
  const request = Buffer.from(
    `POST ${url.pathname} HTTP/1.1\r\nhost: ${url.host}\r\ncontent-type: application/json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(url)));
  const perMillisecond = rate / 1000;
  const milliseconds: number[] = [];
  /** Connections that have nothing to send. */
  const free: (() => void)[] = [];
  let failed = 0;
  let started = 0;
  let running = true;
  const began = performance.now();
  const counts = began + settleMilliseconds;

  /** When the next request is due; null when none is. */
  const takeDue = (): number | null => {
    if (!running) return null;
    if (rate === 0) return performance.now();
    const due = began + started / perMillisecond;
    if (due > performance.now()) return null;
    started++;
    return due;
  };

  const drive = (socket: Socket): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
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
    socket.on('error', reject);
    socket.on('close', () => resolve());
    socket.on('data', (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      if (answerLength(received) === null) return;
      if (due >= counts) milliseconds.push(performance.now() - due);
      // "HTTP/1.1 200": the status starts at byte 9.
      if (received.toString('latin1', 9, 12) !== '200') failed++;
      received = nothing;
      next();
    });
    next();
    return promise;
  };

  /** Wakes connections for what has become due. Timers are coarse, so what has become due meanwhile goes out together. */
  const pace = (): void => {
    while (free.length > 0 && began + started / perMillisecond <= performance.now()) free.pop()!();
    if (!running) for (const next of free.splice(0)) next();
    else setTimeout(pace, 0.5);
  };

  setTimeout(
    () => {
      running = false;
    },
    settleMilliseconds + seconds * 1000,
  );
  if (rate > 0) pace();
  await Promise.all(sockets.map(drive));
  return {
    requestsPerSecond: milliseconds.length / seconds,
    failed,
    milliseconds: Float64Array.from(milliseconds).sort(),
  };
}

process.on('message', (order: LoadOrder) => {
  void run(order).then((result) => process.send!(result));
});
