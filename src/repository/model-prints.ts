import type { Dirent, Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { flatModel, modelName, versionOfFolder } from './model-layout.ts';

/** What tells of a model's files whether they have changed: names, sizes and times. Nothing of them is read. */
export interface ModelPrints {
  /** By version. */
  readonly versions: ReadonlyMap<string, string>;
  /** Of what lies beside the versions: `deployment.yaml`, `config.pbtxt`, samples to warm up with. */
  readonly settings: string;
}

const settingsNames: ReadonlySet<string> = new Set(['deployment.yaml', 'config.pbtxt', 'warmup']);
/** Files in a folder of a version; of one with more, the first in the order of names count. */
const mostFiles = 10_000;
const deepest = 8;

interface Gathered {
  readonly versions: Map<string, string[]>;
  readonly settings: string[];
}

/**
 * Prints of all models of a repository, by name. A version consists of all that lies in its folder; a flat file `fraud.v7.onnx` of
 * itself and of what begins with `fraud.v7.`.
 *
 * @throws where the repository cannot be read: then nothing is known of what lies in it
 */
export async function readModelPrints(directory: string): Promise<Map<string, ModelPrints>> {
  const gathered = new Map<string, Gathered>();
  const modelOf = (name: string): Gathered => {
    const model = gathered.get(name) ?? { versions: new Map(), settings: [] };
    gathered.set(name, model);
    return model;
  };
  const addTo = (name: string, version: string, prints: readonly string[]): void => {
    const { versions } = modelOf(name);
    versions.set(version, [...(versions.get(version) ?? []), ...prints]);
  };
  for (const entry of await sortedEntries(directory)) {
    const path = join(directory, entry.name);
    if (entry.isFile()) {
      const flat = flatModel(entry.name.replace(/(\.?v\d+)\..+$/, '$1.onnx'));
      if (flat) addTo(flat.name, flat.version, await printsOf(path, entry.name));
      continue;
    }
    if (!modelName.test(entry.name)) continue;
    for (const inner of await entriesIfAny(path)) {
      const version = versionOfFolder(inner.name);
      if (version === null && !settingsNames.has(inner.name)) continue;
      const prints = await printsOf(join(path, inner.name), inner.name);
      if (version === null) modelOf(entry.name).settings.push(...prints);
      else addTo(entry.name, version, prints);
    }
  }
  return new Map(
    [...gathered].map(([name, { versions, settings }]) => [
      name,
      {
        versions: new Map([...versions].map(([version, prints]) => [version, prints.join('\n')])),
        settings: settings.join('\n'),
      },
    ]),
  );
}

/** The same as long as nobody writes to the file. */
export function filePrint({ size, mtimeMs, ctimeMs }: Stats): string {
  return `${size} ${mtimeMs} ${ctimeMs}`;
}

/** A line for each file: of the one, or of all in the folder. */
async function printsOf(path: string, name: string, depth = 0): Promise<string[]> {
  let status: Awaited<ReturnType<typeof stat>>;
  try {
    status = await stat(path);
  } catch (error) {
    return [`${name} ${codeOf(error)}`];
  }
  if (!status.isDirectory()) return [`${name} ${filePrint(status)}`];
  if (depth === deepest) return [];
  const prints: string[] = [];
  for (const entry of await entriesIfAny(path)) {
    if (prints.length >= mostFiles) break;
    prints.push(...(await printsOf(join(path, entry.name), `${name}/${entry.name}`, depth + 1)));
  }
  return prints;
}

async function sortedEntries(path: string): Promise<Dirent[]> {
  const entries = await readdir(path, { withFileTypes: true });
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** None where it is no folder, where it is gone by now, or where this user may not look into it. */
async function entriesIfAny(path: string): Promise<Dirent[]> {
  try {
    return await sortedEntries(path);
  } catch (error) {
    codeOf(error);
    return [];
  }
}

/** @throws what does not say something of the one file alone: a file system that does not answer, say */
function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ELOOP'].includes(code)) return code;
  throw error;
}
