import { describe, expect, it } from 'vitest';
import { defaultDeployment, readDeployment } from '../../src/config/read-deployment.ts';
import { decideRoles, type RememberedRoles } from '../../src/repository/roles.ts';

const decide = (versions: string[], remembered: RememberedRoles | null = null, yaml = '') => {
  const { config, hash } =
    yaml === '' ? { config: defaultDeployment, hash: null } : readDeployment(yaml, 'f');
  return decideRoles('fraud', versions, config, hash, remembered);
};
const remember = (primary: string, shadows: string[], known: string[]): RememberedRoles => ({
  primary,
  shadows: shadows.map((version) => ({ version, sample: 0.25 })),
  known,
  deploymentHash: null,
});

describe('roles', () => {
  it('make a single version primary', () => {
    expect(decide(['7'])).toMatchObject({ primary: '7', shadows: [] });
  });

  it('make the highest version the shadow of the next lower one, at a quarter of the traffic', () => {
    expect(decide(['6', '7', '8'])).toMatchObject({
      primary: '7',
      shadows: [{ version: '8', sample: 0.25 }],
    });
  });

  it('make a version that appears later the shadow while the primary stays', () => {
    const before = remember('7', ['8'], ['7', '8']);
    expect(decide(['7', '8', '9'], before)).toMatchObject({ primary: '7', shadows: [{ version: '9' }] });
  });

  it('survive a restart', () => {
    const promoted = remember('8', ['7'], ['7', '8']);
    expect(decide(['7', '8'], promoted)).toMatchObject({ primary: '8', shadows: [{ version: '7' }] });
  });

  it('follow the deployment.yaml, and say so when it changed since they were decided', () => {
    const decided = decide(
      ['7', '8'],
      remember('8', ['7'], ['7', '8']),
      'primary: 7\nshadows: [{version: 8, sample: 10%}]',
    );
    expect(decided).toMatchObject({ primary: '7', shadows: [{ version: '8', sample: 0.1 }] });
    expect(decided.remarks).toEqual([expect.stringContaining('changed')]);
  });

  it('can be without a shadow when the deployment.yaml says so', () => {
    expect(decide(['7', '8'], null, 'shadows: []')).toMatchObject({ primary: '7', shadows: [] });
  });

  it('are decided afresh, and say so, when the primary is gone', () => {
    const decided = decide(['8', '9'], remember('7', ['8'], ['7', '8']));
    expect(decided).toMatchObject({ primary: '8', shadows: [{ version: '9' }] });
    expect(decided.remarks).toEqual([expect.stringContaining('gone')]);
  });

  it('refuse a version that is not in the repository, naming those that are', () => {
    expect(() => decide(['7', '8'], null, 'primary: 6')).toThrow(
      /version 6, which is not in the repository; there are 7, 8/,
    );
  });
});
