import autocannon from 'autocannon';

/** Load generator, a process of its own: `load.ts URL BODY SECONDS CONNECTIONS`; prints what it saw as JSON. */
const [url, body, seconds, connections] = process.argv.slice(2) as [string, string, string, string];
const result = await autocannon({
  url,
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body,
  duration: Number(seconds),
  connections: Number(connections),
});
process.stdout.write(
  JSON.stringify({
    requestsPerSecond: result.requests.total / result.duration,
    p50Milliseconds: result.latency.p50,
    p99Milliseconds: result.latency.p99,
    failed: result.non2xx + result.errors,
  }),
);
