import { expect, it } from 'vitest';
import { understudy } from '../support/server-process.ts';

it('understudy demo --exit serves the bundled models, plays labelled traffic and prints the report', async () => {
  const { status, stdout, stderr } = await understudy(
    'demo',
    '--requests',
    '1000',
    '--http-port',
    '0',
    '--exit',
  );
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(stdout).toMatch(/Serving fraud v7 on http:\/\/127\.0\.0\.1:\d+, with v8 in its shadow\./);
  expect(stdout).toContain('fraud  v7 → v8');
  expect(stdout).toContain('1,000 requests with 1,000 rows');
  expect(stdout).toMatch(/\d+ of \d+ mature rows labelled/);
});
