import { maxShadows, type ShadowConfig, shadowSchema } from '../config/deployment.ts';
import { UnderstudyError } from '../errors.ts';
import type { Roles } from './roles.ts';

/** Where a change starts from. */
export interface RolesUntilNow {
  readonly model: string;
  readonly roles: Roles;
  readonly formerPrimaries: readonly string[];
  /** Ascending. */
  readonly versions: readonly string[];
}

export interface NextRoles {
  readonly roles: Roles;
  readonly formerPrimaries: readonly string[];
}

/** Rollbacks lead back so far. */
const mostFormerPrimaries = 32;

/**
 * The shadow becomes primary and the primary takes its place, so that they are compared the other way round.
 *
 * @param version null for the only shadow
 * @returns null where it is the primary already
 * @throws UnderstudyError UNKNOWN_VERSION, ROLES_UNCHANGED
 */
export function promoted(now: RolesUntilNow, version: string | null): NextRoles | null {
  const { primary } = now.roles;
  const chosen = version ?? onlyCandidate(now);
  if (chosen === primary) return null;
  const formerPrimaries = [...now.formerPrimaries, primary].slice(-mostFormerPrimaries);
  return { roles: exchanged(now, chosen), formerPrimaries };
}

/**
 * The version that was primary before the last promotion is so again.
 *
 * @throws UnderstudyError UNKNOWN_VERSION, ROLES_UNCHANGED
 */
export function rolledBack(now: RolesUntilNow): NextRoles {
  const former = now.formerPrimaries.at(-1);
  if (former === undefined) {
    throw new UnderstudyError(
      'ROLES_UNCHANGED',
      `there is no promotion of model ${now.model} to take back; promote a version to make it primary`,
    );
  }
  return { roles: exchanged(now, former), formerPrimaries: now.formerPrimaries.slice(0, -1) };
}

/**
 * Other shadows, or another primary.
 *
 * @param change what is undefined stays as it is
 * @returns null where all is so already
 * @throws UnderstudyError UNKNOWN_VERSION, INVALID_REQUEST
 */
export function changed(
  now: RolesUntilNow,
  change: { readonly primary?: string | undefined; readonly shadows?: readonly ShadowConfig[] | undefined },
): NextRoles | null {
  const before = now.roles;
  const primary = change.primary ?? before.primary;
  const shadows = change.shadows ?? before.shadows.filter(({ version }) => version !== primary);
  // One whose file is gone runs on, and may keep its role.
  const playing = [before.primary, ...before.shadows.map(({ version }) => version)];
  for (const version of [primary, ...shadows.map((shadow) => shadow.version)]) {
    if (!playing.includes(version)) checkPresent(now, version);
  }
  if (shadows.some(({ version }) => version === primary)) {
    throw new UnderstudyError('INVALID_REQUEST', `version ${primary} cannot be primary and its own shadow`);
  }
  const versions = shadows.map(({ version }) => version);
  const twice = versions.find((version, i) => versions.indexOf(version) !== i);
  if (twice !== undefined) {
    throw new UnderstudyError('INVALID_REQUEST', `version ${twice} is among "shadows" twice; name it once`);
  }
  const roles = { primary, shadows };
  if (JSON.stringify(roles) === JSON.stringify(before)) return null;
  if (primary === before.primary) return { roles, formerPrimaries: now.formerPrimaries };
  const formerPrimaries = [...now.formerPrimaries, before.primary].slice(-mostFormerPrimaries);
  return { roles, formerPrimaries };
}

/** One that was primary before is not meant: a call that is repeated, since its answer got lost, would undo the promotion. */
function onlyCandidate({ model, roles, formerPrimaries }: RolesUntilNow): string {
  const shadows = roles.shadows.map(({ version }) => version);
  const candidates = shadows.filter((version) => !formerPrimaries.includes(version));
  if (candidates.length === 1) return candidates[0]!;
  const why =
    candidates.length > 1
      ? `model ${model} has the shadows ${candidates.join(', ')}; say which with "version"`
      : shadows.length > 0
        ? `the shadows of model ${model} (${shadows.join(', ')}) were primary before; roll back, or say which with "version"`
        : `model ${model} has no shadow to promote; say another version of it with "version"`;
  throw new UnderstudyError('ROLES_UNCHANGED', why);
}

/** The primary takes the place that the new one had among the shadows, and its conditions; else the first. */
function exchanged(now: RolesUntilNow, version: string): Roles {
  checkPresent(now, version);
  const { primary, shadows } = now.roles;
  if (!now.versions.includes(primary)) {
    return { primary: version, shadows: shadows.filter((shadow) => shadow.version !== version) };
  }
  const place = shadows.find((shadow) => shadow.version === version);
  const former = { ...(place ?? shadowSchema.parse({ version: primary })), version: primary, paused: false };
  if (place) {
    return { primary: version, shadows: shadows.map((shadow) => (shadow === place ? former : shadow)) };
  }
  return { primary: version, shadows: [former, ...shadows].slice(0, maxShadows) };
}

function checkPresent({ model, versions }: RolesUntilNow, version: string): void {
  if (versions.includes(version)) return;
  throw new UnderstudyError(
    'UNKNOWN_VERSION',
    `there is no version ${version.slice(0, 40)} of model ${model}; there are ${versions.join(', ')}`,
  );
}
