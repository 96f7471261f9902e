import { expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { nodeFindings, readNodeFacts } from '../../src/doctor/node-version.ts';

const machine = { platform: 'linux', architecture: 'x64', pinned: '24.21.0' };

it.each([
  ['24.21.0', 'ok', 'Node 24.21.0 (linux x64) runs this, the release that package.json pins'],
  ['24.22.1', 'ok', 'Node 24.22.1 (linux x64) runs this, package.json pins 24.21.0'],
  ['24.9.0', 'note', 'Node 24.9.0 (linux x64) runs this; it is tested with 24.21.0'],
  ['25.0.0', 'note', 'Node 25.0.0 (linux x64) runs this, newer than 24.21.0, which it is tested with'],
  ['22.18.0', 'problem', 'Node 22.18.0 (linux x64) runs this; it needs Node 24'],
])('of Node %s it is said: %s', (version, status, sentence) => {
  const [finding] = nodeFindings({ ...machine, version });
  expect(finding).toMatchObject({ status, sentence });
  expect(finding?.mend === null).toBe(status === 'ok');
});

it('the pinned release is that of package.json', () => {
  expect(readNodeFacts()).toMatchObject({
    version: process.version.slice(1),
    pinned: packageJson.dependencies.node,
  });
});
