import { describe, expect, it } from 'vitest';
import { shadowSchema } from '../../src/config/deployment.ts';
import { defaultDeployment, readDeployment } from '../../src/config/read-deployment.ts';
import { decideRoles, type RememberedRoles } from '../../src/repository/roles.ts';

const decide = (versions: string[], remembered: RememberedRoles | null = null, yaml = '') => {
  const { config, hash } =
    yaml === '' ? { config: defaultDeployment, hash: null } : readDeployment(yaml, 'f');
  return decideRoles('fraud', versions, config, hash, remembered);
};
const remember = (primary: string, shadows: string[], known: string[]): RememberedRoles => ({
  primary,
  shadows: shadows.map((version) => shadowSchema.parse({ version })),
  known,
  deploymentHash: null,
  ...{ isOverride: false, formerPrimaries: [], lastChange: null },
});
/** Roles that were changed while the server ran, under this `deployment.yaml`. */
const override = (remembered: RememberedRoles, yaml: string): RememberedRoles => ({
  ...remembered,
  ...{ isOverride: true, deploymentHash: readDeployment(yaml, 'f').hash },
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

  it('that were changed while the server ran override the deployment.yaml, until that changes', () => {
    const yaml = 'primary: 7\nshadows: [{version: 8, sample: 10%}]';
    const promoted = override(remember('8', ['7'], ['7', '8']), yaml);
    const kept = { primary: '8', shadows: [{ version: '7', sample: 0.25 }], isOverride: true, remarks: [] };
    expect(decide(['7', '8'], promoted, yaml)).toMatchObject(kept);
    // A version that appears is no shadow where the file says which there are to be.
    expect(decide(['7', '8', '9'], promoted, yaml)).toMatchObject(kept);
    expect(decide(['7', '8'], promoted, `${yaml}\ncontrol: 1%`)).toMatchObject({
      ...{ primary: '7', shadows: [{ version: '8' }], isOverride: false },
      remarks: [expect.stringContaining('changed')],
    });
  });

  it('stay where a deployment.yaml changes that says nothing of them', () => {
    const promoted = override(remember('8', ['7'], ['7', '8']), 'control: 1%');
    const decided = decide(['7', '8'], promoted, 'control: 2%');
    expect(decided).toMatchObject({ primary: '8', shadows: [{ version: '7' }], isOverride: false });
  });

  it('lose a shadow that is gone', () => {
    const before = remember('7', ['8', '9'], ['7', '8', '9']);
    expect(decide(['7', '9'], before)).toMatchObject({ primary: '7', shadows: [{ version: '9' }] });
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
