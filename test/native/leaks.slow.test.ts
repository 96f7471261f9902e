import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { compileLibrary, hasNoCompiler } from './compile.ts';
import { addon, isSkipped } from './test-thread.ts';

const folder = mkdtempSync(join(tmpdir(), 'understudy-leaks-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The smallest thing that C++ can leak takes 32; compiled code and V8's bookkeeping come to 6. */
const toleratedBytesPerCall = 24;
/** V8's heap may become larger once, whatever is called. */
const toleratedResidentBytes = 64 * 2 ** 20;

describe.skipIf(isSkipped || hasNoCompiler)('the addon (skipped without a compiler)', () => {
  it('leaves nothing behind, over 20,000 calls of each kind', { timeout: 300_000 }, async () => {
    const script = fileURLToPath(new URL('./call-over-and-over.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...['--expose-gc', '--single-threaded', '--max-semi-space-size=1', script],
      ...[compileLibrary('fake-nvml', folder), compileLibrary('malloc-use', folder)],
    ]);
    const { leaked, residentBytes, openFiles } = JSON.parse(stdout) as {
      leaked: Record<string, number>;
      residentBytes: number;
      openFiles: number;
    };
    // But for the one that can be made only once.
    const lasting = Object.keys(addon!).filter((call) => call !== 'endProcess');
    expect(Object.keys(leaked)).toEqual(expect.arrayContaining(lasting));
    expect(Object.entries(leaked).filter(([, bytes]) => bytes > toleratedBytesPerCall)).toEqual([]);
    expect(residentBytes).toBeLessThan(toleratedResidentBytes);
    expect(openFiles).toBe(0);
  });
});
