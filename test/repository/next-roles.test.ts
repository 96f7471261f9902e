import { describe, expect, it } from 'vitest';
import { shadowSchema } from '../../src/config/deployment.ts';
import {
  changed,
  type NextRoles,
  promoted,
  type RolesUntilNow,
  rolledBack,
} from '../../src/repository/next-roles.ts';

const shadow = (version: number, more: object = {}) => shadowSchema.parse({ version, ...more });
const until = (primary: number, shadows: object[], formerPrimaries: string[] = []): RolesUntilNow => ({
  ...{ model: 'fraud', formerPrimaries, versions: ['6', '7', '8', '9'] },
  roles: { primary: String(primary), shadows: shadows.map((one) => shadowSchema.parse(one)) },
});
const after = (now: RolesUntilNow, { roles, formerPrimaries }: NextRoles): RolesUntilNow => ({
  ...{ ...now, roles, formerPrimaries },
});
const named = ({ roles }: NextRoles) =>
  [roles.primary, ...roles.shadows.map(({ version }) => version)].join(' ');

describe('a promotion', () => {
  it('gives the primary the place, the sample and the conditions of the shadow', () => {
    const now = until(7, [
      { version: 9 },
      { version: 8, sample: '10%', isolation: 'process', deadline: '3s', memory_limit: '1GiB', paused: true },
    ]);
    expect(promoted(now, '8')).toEqual({
      roles: {
        primary: '8',
        shadows: [
          shadow(9),
          shadow(7, { sample: '10%', isolation: 'process', deadline: '3s', memory_limit: '1GiB' }),
        ],
      },
      formerPrimaries: ['7'],
    });
  });

  it('of a version without a role makes the primary the first shadow, and keeps eight', () => {
    expect(named(promoted(until(7, [{ version: 8 }]), '9')!)).toBe('9 7 8');
    const many = { ...until(7, []), versions: Array.from({ length: 20 }, (_, i) => String(i)) };
    const full = {
      ...many,
      roles: { primary: '1', shadows: [2, 3, 4, 5, 6, 7, 8, 9].map((one) => shadow(one)) },
    };
    expect(named(promoted(full, '10')!)).toBe('10 1 2 3 4 5 6 7 8');
  });

  it('of the primary changes nothing', () => {
    expect(promoted(until(7, [{ version: 8 }]), '7')).toBeNull();
  });

  it('leaves a primary whose file is gone behind', () => {
    const now = { ...until(7, [{ version: 8 }, { version: 9 }]), versions: ['8', '9'] };
    expect(named(promoted(now, '8')!)).toBe('8 9');
  });

  it('without a version takes the shadow that was not primary before', () => {
    expect(named(promoted(until(7, [{ version: 6 }, { version: 8 }], ['6']), null)!)).toBe('8 6 7');
    expect(() => promoted(until(7, [{ version: 6 }], ['6']), null)).toThrow(/roll back, or say which/);
  });
});

describe('a rollback', () => {
  it('undoes promotions, the last one first, until there is none', () => {
    let now = until(7, [{ version: 8 }, { version: 9, sample: '5%' }]);
    const first = now.roles;
    now = after(now, promoted(now, '8')!);
    now = after(now, promoted(now, '9')!);
    expect(now.roles.primary).toBe('9');
    now = after(now, rolledBack(now));
    expect(now.roles.primary).toBe('8');
    now = after(now, rolledBack(now));
    expect(now.roles).toEqual(first);
    expect(() => rolledBack(now)).toThrow(/there is no promotion of model fraud to take back/);
  });

  it('to a version whose file is gone says so', () => {
    expect(() => rolledBack(until(7, [{ version: 8 }], ['5']))).toThrow(
      /there is no version 5 of model fraud/,
    );
  });

  it('leads back 32 promotions at most', () => {
    let now = until(7, [{ version: 8 }]);
    for (let i = 0; i < 100; i++) now = after(now, promoted(now, i % 2 === 0 ? '8' : '7')!);
    expect(now.formerPrimaries).toHaveLength(32);
  });
});

describe('a change', () => {
  it('leaves as it is what it does not name', () => {
    const now = until(7, [{ version: 8, sample: '10%' }]);
    expect(changed(now, {})).toBeNull();
    expect(named(changed(now, { primary: '9' })!)).toBe('9 8');
    expect(changed(now, { primary: '8' })).toEqual({
      roles: { primary: '8', shadows: [] },
      formerPrimaries: ['7'],
    });
    expect(changed(now, { shadows: [shadow(9)] })?.formerPrimaries).toEqual([]);
  });

  it('may go on with a version whose file is gone, and may not begin with one', () => {
    const now = { ...until(7, [{ version: 8 }]), versions: ['9'] };
    expect(named(changed(now, { shadows: [shadow(8), shadow(9)] })!)).toBe('7 8 9');
    expect(() => changed(now, { shadows: [shadow(6)] })).toThrow(/there is no version 6/);
  });
});
