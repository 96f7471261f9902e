import type { DeploymentConfig } from '../config/deployment.ts';
import type { Roles } from '../repository/roles.ts';
import type { MirroredShare } from './mirroring.ts';
import { controlConditions, type ShadowConditions, shadowConditions } from './shadow-conditions.ts';

/** A lane that is to be compared with the primary. */
export interface WantedLane {
  readonly version: string;
  readonly role: 'shadow' | 'control';
  readonly file: PlannedFile;
  readonly conditions: ShadowConditions;
  readonly share: MirroredShare;
}

/** The ONNX file of a version. */
export interface PlannedFile {
  readonly path: string;
  /** Another one where the file, or one beside it, is another; see `ModelPrints`. */
  readonly print: string;
}

/** What a deployment is to consist of. */
export interface DeploymentPlan {
  readonly config: DeploymentConfig;
  /** What its settings say and what counts for nothing, a sentence each. */
  readonly unsupported: readonly string[];
  readonly roles: Roles;
  /** By version: those of the repository, and those that play although theirs is gone. */
  readonly files: ReadonlyMap<string, PlannedFile>;
}

/** Those that the roles ask for and whose files are there, in the order in which they are to be loaded. */
export function wantedLanes({ config, roles, files }: DeploymentPlan): WantedLane[] {
  const shadows = roles.shadows.map((shadow) => ({
    ...{ version: shadow.version, role: 'shadow' as const, conditions: shadowConditions(shadow) },
    share: { sample: shadow.sample, isPaused: shadow.paused },
  }));
  const control = {
    ...{ version: roles.primary, role: 'control' as const, conditions: controlConditions(roles) },
    share: { sample: config.control, isPaused: false },
  };
  return [...shadows, ...(config.control > 0 ? [control] : [])].flatMap((lane) => {
    const file = files.get(lane.version);
    return file === undefined ? [] : [{ ...lane, file }];
  });
}

/** Whether a lane that was started for the one is what the other asks for, however much of the traffic it gets. */
export function isSameLane(one: WantedLane, other: WantedLane): boolean {
  const [a, b] = [one.conditions, other.conditions];
  return (
    one.version === other.version &&
    one.role === other.role &&
    isSameFile(one.file, other.file) &&
    a.isolation === b.isolation &&
    a.deadlineMs === b.deadlineMs &&
    a.memoryLimitBytes === b.memoryLimitBytes
  );
}

export function isSameFile(one: PlannedFile | undefined, other: PlannedFile | undefined): boolean {
  return one?.path === other?.path && one?.print === other?.print;
}

export function isSameShare(one: MirroredShare, other: MirroredShare): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
