import { expect, it } from 'vitest';
import { governed } from '../../src/deployment/mirroring.ts';

it('a lane is at rest when nothing of it runs, hangs or is loaded', () => {
  const lane = { isIdle: true, hold() {}, resume() {} };
  const group = { count: 2, leftBehind: 0 };
  const watched = governed({ role: 'shadow', version: '8', lane, group }, 2);
  expect(watched.name).toBe('shadow 8');
  expect(watched.isIdle).toBe(true);
  lane.isIdle = false;
  expect(watched.isIdle).toBe(false);
  lane.isIdle = true;
  // A run that was given up still burns CPU, on a thread of the same priority.
  group.leftBehind = 1;
  expect(watched.isIdle).toBe(false);
  group.leftBehind = 0;
  // A worker loads the model.
  group.count = 1;
  expect(watched.isIdle).toBe(false);
});
