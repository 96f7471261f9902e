import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it, vi } from 'vitest';

const run = promisify(execFile);
const module = new URL('../../bench/run-scenario.ts', import.meta.url).href;

describe('a server of a bench', () => {
  it('ends with a bench that ends without ending it, also while it is stopped', async () => {
    const script = `
      import { startBenchServer } from ${JSON.stringify(module)};
      const server = await startBenchServer('./servers/echo.ts');
      server.pause();
      process.stdout.write(String(server.pid), () => process.exit());
    `;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script]);
    // Signal 0 only asks whether there is such a process.
    await vi.waitFor(() => expect(() => process.kill(Number(stdout), 0)).toThrow('ESRCH'), 10_000);
  });
});
