import type { DeploymentConfig } from '../../config/deployment.ts';
import type { ReadinessTargets } from './request.ts';

/** More segments than this are judged but not listed. */
export const maxListedSegments = 500;

export function readinessTargets(readiness: DeploymentConfig['readiness']): ReadinessTargets {
  return {
    samplesPerSegment: readiness.samples_per_segment,
    cycleDays: readiness.cycle / 86_400_000,
    labelMaturityMs: readiness.label_maturity,
    margin: readiness.margin,
    alpha: readiness.alpha,
  };
}

/** Segments that get a status: with nothing declared, every one that the traffic names is taken to matter. */
export function declaredColumns(
  segments: DeploymentConfig['segments'],
  logged: readonly string[],
): readonly string[] {
  const declared = Object.keys(segments);
  return declared.length === 0 ? logged : declared.filter((name) => logged.includes(name));
}
