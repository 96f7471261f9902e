import type { RolesDocument } from '../deployment/role-changes.ts';
import { harmless, share } from '../presentation/report-text.ts';
import type { RoleChange, WrittenRoles } from '../repository/role-change.ts';

/** Roles for people, a line each. Ends in a newline. */
export function rolesText({
  model,
  primary,
  shadows,
  control,
  rollback_to,
  ...roles
}: RolesDocument): string {
  const lines = [
    `${model}: v${primary} is primary`,
    ...shadows.map(({ version, state, reason, paused, effective_sample, isolation }) => {
      const what = paused ? 'paused' : `gets ${share(effective_sample)}`;
      const why = reason === null ? '' : `: ${reason}`;
      return `  v${version} is a shadow (${isolation}), ${what}, ${state}${why}`;
    }),
    ...(shadows.length === 0 ? ['  no shadow'] : []),
    ...(control > 0 ? [`  a control of v${primary} gets ${share(control)}`] : []),
    ...(rollback_to === null ? [] : [`  a rollback would make v${rollback_to} primary`]),
    ...(roles.overrides_deployment_yaml ? ['  changed since: deployment.yaml does not count for roles'] : []),
  ];
  return `${lines.map(harmless).join('\n')}\n`;
}

/** Changes for people, a line each and why. Ends in a newline. */
export function changesText(changes: readonly RoleChange[]): string {
  const lines = changes.flatMap(({ at, action, before, after, by, reason, address }) => {
    const who = [by, address].filter((one) => one !== null).join(', ') || 'the server';
    const from = before === null ? '' : `${partsOf(before)} → `;
    const why = reason === null ? [] : [`  ${reason}`];
    return [`${at}  ${action}  ${from}${partsOf(after)}  by ${who}`, ...why];
  });
  return `${lines.map(harmless).join('\n')}\n`;
}

function partsOf({ primary, shadows }: WrittenRoles): string {
  const named = shadows.map(({ version, paused }) => `v${version}${paused ? ' (paused)' : ''}`);
  return `v${primary}${named.length === 0 ? '' : ` + ${named.join(', ')}`}`;
}
