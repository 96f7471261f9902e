import { createHash } from 'node:crypto';
import { parseDocument } from 'yaml';
import { sentenceOf } from '../errors.ts';
import { type DeploymentConfig, deploymentSchema } from './deployment.ts';
import { sentencesOf } from './sentences-of-issues.ts';
import { readTritonConfig } from './triton-config.ts';

/** A file of settings. */
export interface SettingsFile {
  readonly path: string;
  readonly text: string;
}

export interface ReadSettings {
  readonly config: DeploymentConfig;
  /**
   * SHA-256 of the `deployment.yaml`, which may say which roles there are: tells whether it changed since they were last decided.
   * Null where there is none.
   */
  readonly hash: string | null;
  /** What is said and counts for nothing, a sentence each. */
  readonly remarks: readonly string[];
}

/**
 * The settings of a model: those of its `deployment.yaml`; where that says nothing, those of the `config.pbtxt` that it has for Triton.
 *
 * @throws with a sentence that names the file, the path inside it and what is allowed there
 */
export function readSettings(yaml: SettingsFile | null, triton: SettingsFile | null): ReadSettings {
  const { settings, remarks } = triton
    ? readTritonConfig(triton.text, triton.path)
    : { settings: {}, remarks: [] };
  if (triton) checked(settings, triton.path);
  return {
    config: Object.freeze(
      checked(over(settings, yaml ? documentOf(yaml) : {}), yaml?.path ?? triton?.path ?? ''),
    ),
    hash: yaml && createHash('sha256').update(yaml.text).digest('hex'),
    remarks,
  };
}

function documentOf({ path, text }: SettingsFile): unknown {
  const document = parseDocument(text, { uniqueKeys: true, logLevel: 'error' });
  const [syntaxError] = document.errors;
  if (syntaxError) throw new Error(`${path} is not valid YAML: ${syntaxError.message.split('\n')[0]}`);
  try {
    // JSON schema values only: an alias bomb is stopped by the library's default of 100 aliases.
    return document.toJS() ?? {};
  } catch (cause) {
    throw new Error(`${path} is not valid YAML: ${sentenceOf(cause)}`);
  }
}

/** Key by key, down to the keys of the groups. What is no object is left to be refused as it is. */
function over(below: Readonly<Record<string, object>>, above: unknown): unknown {
  if (!isGroup(above)) return above;
  const merged: Record<string, unknown> = { ...below, ...above };
  for (const [key, settings] of Object.entries(below)) {
    const said = above[key];
    if (isGroup(settings) && isGroup(said)) merged[key] = { ...settings, ...said };
  }
  return merged;
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checked(settings: unknown, path: string): DeploymentConfig {
  const parsed = deploymentSchema.safeParse(settings);
  if (parsed.success) return parsed.data;
  throw new Error(`${path}: ${sentencesOf(parsed.error, deploymentSchema)}`);
}
