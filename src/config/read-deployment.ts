import { createHash } from 'node:crypto';
import { parseDocument } from 'yaml';
import { type DeploymentConfig, deploymentSchema } from './deployment.ts';
import { sentencesOf } from './sentences-of-issues.ts';

export interface ReadDeployment {
  readonly config: DeploymentConfig;
  /** SHA-256 of the file's bytes: tells whether the file changed since roles were last decided. */
  readonly hash: string;
}

/**
 * Parses the text of a `deployment.yaml`. Throws an error whose sentence names the file, the path inside it
 * and what is allowed there.
 */
export function readDeployment(text: string, file: string): ReadDeployment {
  const document = parseDocument(text, { uniqueKeys: true });
  const [syntaxError] = document.errors;
  if (syntaxError) throw new Error(`${file} is not valid YAML: ${syntaxError.message.split('\n')[0]}`);
  // JSON schema values only: an alias bomb is stopped by the library's default of 100 aliases.
  const parsed = deploymentSchema.safeParse(document.toJS() ?? {});
  if (!parsed.success) throw new Error(`${file}: ${sentencesOf(parsed.error, deploymentSchema)}`);
  return { config: Object.freeze(parsed.data), hash: createHash('sha256').update(text).digest('hex') };
}

export const defaultDeployment: DeploymentConfig = Object.freeze(deploymentSchema.parse({}));
