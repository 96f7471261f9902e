import { describe, expect, it } from 'vitest';
import type { RoleShadow } from '../../../dashboard/src/api/roles.ts';
import { callOf, type RoleAction, wordsOf } from '../../../dashboard/src/roles/role-action.ts';
import { sampleInput, sampleText, shareText } from '../../../dashboard/src/roles/sample-text.ts';
import type { RolesDocument } from '../../../src/deployment/role-changes.ts';

const shadow: RoleShadow = {
  version: '8',
  sample: 0.25,
  isolation: 'thread',
  deadline: '10s',
  paused: false,
  state: 'running',
  reason: null,
  effective_sample: 0.25,
};
const roles: RolesDocument = {
  ...{ model: 'fraud', revision: 3, primary: '7', control: 0, rollback_to: '6' },
  shadows: [shadow, { ...shadow, version: '9', paused: true }],
  ...{ overrides_deployment_yaml: false, last_change: null },
};

/** What is sent of the first shadow. */
function sentOf(action: RoleAction, sample: string): object | undefined {
  const call = callOf(action, roles, sample);
  return call.route === 'deployment' ? call.shadows[0] : undefined;
}

describe('an action on roles', () => {
  it('changes one shadow and sends the others back as they were, without what the server only tells', () => {
    const written = { version: '8', sample: 0.25, isolation: 'thread', deadline: '10s', paused: false };
    expect(callOf({ kind: 'pause', version: '8' }, roles, '')).toEqual({
      route: 'deployment',
      shadows: [
        { ...written, paused: true },
        { ...written, version: '9', paused: true },
      ],
    });
    expect(sentOf({ kind: 'sample', version: '8' }, ' 40% ')).toEqual({ ...written, sample: '40%' });
    expect(sentOf({ kind: 'sample', version: '8' }, 'budget=500/s')).toEqual({
      ...written,
      sample: { budget: '500/s' },
    });
  });

  it('says what will happen, and what speaks against it', () => {
    const promote = wordsOf({ kind: 'promote', version: '8' }, roles, null);
    expect(promote.title).toBe('Make v8 primary of fraud?');
    expect(promote.sentences.join(' ')).toContain('v7 takes its place as a shadow, with its sample of 25%');
    expect(promote.warning).toBe('Nothing is known here of how v8 compares.');
    expect(wordsOf({ kind: 'rollback' }, roles, null).confirm).toBe('Roll back to v6');
    expect(wordsOf({ kind: 'resume', version: '9' }, roles, null).sentences[0]).toContain(
      'v9 gets 25% of the traffic again',
    );
  });

  it('says samples as they are entered', () => {
    expect(
      [0.25, 0.0012, { budget: 0.5, least: 0.01 }, { budget: '500/s', least: 0.01 }].map(sampleText),
    ).toEqual(['25%', '0.12%', '50% by segment', '500/s by segment']);
    expect(sampleInput({ budget: '500/s', least: 0.01 })).toBe('budget=500/s');
    expect(shareText({ ...shadow, effective_sample: 0.1 })).toBe(
      'gets 10% of the traffic now, wanted are 25%',
    );
  });
});
