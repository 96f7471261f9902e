/**
 * For HEALTHCHECK: asks the server in this container whether it is ready, and ends with status 0 where it is. `HEALTH_URL` says
 * where it listens, where that is not as the image has it; `NODE_EXTRA_CA_CERTS` names a certificate of your own.
 */
const url = process.env.HEALTH_URL ?? 'http://127.0.0.1:8000/v2/health/ready';
try {
  const { ok, status } = await fetch(url, { signal: AbortSignal.timeout(4_000) });
  if (!ok) throw new Error(`it answers ${status}`);
} catch (error) {
  process.stdout.write(`${url}: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
