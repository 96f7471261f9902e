import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isSkipped } from './test-thread.ts';

const built = fileURLToPath(new URL('../../native/build/understudy.node', import.meta.url));

describe.skipIf(isSkipped)('the end of a process (skipped where no compiler built the addon)', () => {
  it('comes at once, with its status, beside a thread that never lets go of its CPU', () => {
    const script = `
      const { Worker } = require('node:worker_threads');
      process.on('exit', () => console.log('asked to end'));
      const worker = new Worker('require("node:worker_threads").parentPort.postMessage(0); for (;;);', { eval: true });
      worker.on('message', () => require(${JSON.stringify(built)}).endProcess(7));
    `;
    const { status, signal, stdout } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
    expect({ status, signal, stdout }).toEqual({ status: 7, signal: null, stdout: '' });
  });
});
