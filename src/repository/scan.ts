import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ReadSettings, readSettings, type SettingsFile } from '../config/read-settings.ts';
import { sentenceOf } from '../errors.ts';
import { compareVersions, flatModel, modelName, versionOfFolder } from './model-layout.ts';

export interface ModelFile {
  readonly version: string;
  readonly path: string;
}

/** A model as it lies in the repository: nothing is loaded yet. */
export interface FoundModel {
  readonly name: string;
  /** Ascending by version number. */
  readonly versions: readonly ModelFile[];
  /** Null when it has neither `deployment.yaml` nor `config.pbtxt`; an `error` when one of them cannot be used. */
  readonly deployment: ReadSettings | { readonly error: string } | null;
}

export interface RepositoryScan {
  readonly models: readonly FoundModel[];
  /** What was found and passed over, a sentence each. */
  readonly remarks: readonly string[];
}

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
      const version = versionOfFolder(inner);
      if (version === null) continue;
      const files = await entriesOf(join(modelDirectory, inner));
      const path = join(modelDirectory, inner, 'model.onnx');
      if (files.includes('model.onnx')) add(entry.name, { version, path });
      else remarks.push(`${join(modelDirectory, inner)} is passed over: it holds no model.onnx`);
    }
  }
  for (const entry of entries) {
    if (entry.isDirectory() || !entry.name.endsWith('.onnx')) continue;
    const flat = flatModel(entry.name);
    const path = join(directory, entry.name);
    if (flat) add(flat.name, { version: flat.version, path });
    else
      remarks.push(`${path} is passed over: name it MODEL.vVERSION.onnx, such as fraud.v7.onnx, or v7.onnx`);
  }

  const models: FoundModel[] = [];
  for (const [name, versions] of found) {
    versions.sort((a, b) => compareVersions(a.version, b.version));
    models.push({ name, versions, deployment: await deploymentOf(join(directory, name)) });
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

async function entriesOf(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory)).sort();
  } catch (error) {
    // A link to a file, or to nothing: no model in there.
    if (isCode(error, 'ENOTDIR') || isCode(error, 'ENOENT')) return [];
    throw error;
  }
}

async function deploymentOf(folder: string): Promise<FoundModel['deployment']> {
  try {
    const yaml = await settingsIn(join(folder, 'deployment.yaml'));
    const triton = await settingsIn(join(folder, 'config.pbtxt'));
    return yaml || triton ? readSettings(yaml, triton) : null;
  } catch (error) {
    return { error: sentenceOf(error) };
  }
}

/** Null where there is no such file. */
async function settingsIn(path: string): Promise<SettingsFile | null> {
  try {
    return { path, text: await readFile(path, 'utf8') };
  } catch (error) {
    if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR')) return null;
    throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
