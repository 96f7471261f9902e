import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ReadDeployment, readDeployment } from '../config/read-deployment.ts';
import { sentenceOf } from '../errors.ts';

export interface ModelFile {
  readonly version: string;
  readonly path: string;
}

/** A model as it lies in the repository: nothing is loaded yet. */
export interface FoundModel {
  readonly name: string;
  /** Ascending by version number. */
  readonly versions: readonly ModelFile[];
  /** Null when there is no `deployment.yaml`; an `error` when there is one that cannot be used. */
  readonly deployment: ReadDeployment | { readonly error: string } | null;
}

export interface RepositoryScan {
  readonly models: readonly FoundModel[];
  /** What was found and passed over, a sentence each. */
  readonly remarks: readonly string[];
}

const modelName = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;
const flatFile = /^(?:(?<name>.+)\.)?v(?<version>\d+)\.onnx$/;

/**
 * Finds the models of a repository: Triton's layout `NAME/VERSION/model.onnx`, and flat files
 * `NAME.vVERSION.onnx` and `vVERSION.onnx` (model `default`). Folders without a numeric version in them are
 * not models and are left alone.
 */
export async function scanRepository(directory: string): Promise<RepositoryScan> {
  const found = new Map<string, ModelFile[]>();
  const remarks: string[] = [];
  const add = (name: string, file: ModelFile): void => {
    if (!modelName.test(name)) {
      remarks.push(
        `${file.path} is passed over: "${name}" is no model name; use letters, digits, "_", "." and "-"`,
      );
      return;
    }
    const versions = found.get(name) ?? [];
    const twin = versions.find((other) => other.version === file.version);
    if (twin) {
      remarks.push(`${file.path} is passed over: ${twin.path} is version ${file.version} of ${name} already`);
      return;
    }
    found.set(name, [...versions, file]);
  };

  const entries = await entriesOfRepository(directory);
  for (const entry of entries) {
    if (!entry.isDirectory() && !entry.isSymbolicLink()) continue;
    const modelDirectory = join(directory, entry.name);
    for (const inner of await entriesOf(modelDirectory)) {
      if (!/^\d+$/.test(inner)) continue;
      const files = await entriesOf(join(modelDirectory, inner));
      const path = join(modelDirectory, inner, 'model.onnx');
      if (files.includes('model.onnx')) add(entry.name, { version: canonical(inner), path });
      else remarks.push(`${join(modelDirectory, inner)} is passed over: it holds no model.onnx`);
    }
  }
  for (const entry of entries) {
    if (entry.isDirectory() || !entry.name.endsWith('.onnx')) continue;
    const match = flatFile.exec(entry.name);
    const path = join(directory, entry.name);
    if (match?.groups)
      add(match.groups.name ?? 'default', { version: canonical(match.groups.version!), path });
    else
      remarks.push(`${path} is passed over: name it MODEL.vVERSION.onnx, such as fraud.v7.onnx, or v7.onnx`);
  }

  const models: FoundModel[] = [];
  for (const [name, versions] of found) {
    versions.sort((a, b) => compareVersions(a.version, b.version));
    models.push({ name, versions, deployment: await deploymentOf(join(directory, name, 'deployment.yaml')) });
  }
  return { models: models.sort((a, b) => a.name.localeCompare(b.name)), remarks };
}

async function entriesOfRepository(directory: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.sort((a, b) => a.name.localeCompare(b.name));
  } catch (cause) {
    if (!isCode(cause, 'ENOENT') && !isCode(cause, 'ENOTDIR')) throw cause;
    throw new Error(
      `there is no folder ${directory}; put ONNX files into it, or say where they are with --models`,
      {
        cause,
      },
    );
  }
}

/** Numeric order; versions are whole numbers of any length. */
export function compareVersions(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

/** `007` and `7` are one version. */
function canonical(version: string): string {
  return version.replace(/^0+(?=\d)/, '');
}

async function entriesOf(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory)).sort();
  } catch (error) {
    // A link to a file, or to nothing: no model in there.
    if (isCode(error, 'ENOTDIR') || isCode(error, 'ENOENT')) return [];
    throw error;
  }
}

async function deploymentOf(path: string): Promise<FoundModel['deployment']> {
  try {
    return readDeployment(await readFile(path, 'utf8'), path);
  } catch (error) {
    return isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR') ? null : { error: sentenceOf(error) };
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
