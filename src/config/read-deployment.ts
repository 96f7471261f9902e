import { type DeploymentConfig, deploymentSchema } from './deployment.ts';
import { readSettings } from './read-settings.ts';

export interface ReadDeployment {
  readonly config: DeploymentConfig;
  /** SHA-256 of the file's bytes. */
  readonly hash: string;
}

/** Reads a `deployment.yaml` by itself. @throws as `readSettings` does */
export function readDeployment(text: string, file: string): ReadDeployment {
  const { config, hash } = readSettings({ path: file, text }, null);
  return { config, hash: hash! };
}

export const defaultDeployment: DeploymentConfig = Object.freeze(deploymentSchema.parse({}));
