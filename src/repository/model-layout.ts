import { basename, dirname, join } from 'node:path';

/** Names of models. */
export const modelName = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;

/** What the name of a file in the root of the repository says, `fraud.v7.onnx`; null where it is no model's. */
export function flatModel(file: string): { readonly name: string; readonly version: string } | null {
  const match = /^(?:(?<name>.+)\.)?v(?<version>\d+)\.onnx$/.exec(file);
  if (!match?.groups) return null;
  return { name: match.groups.name ?? 'default', version: canonicalVersion(match.groups.version!) };
}

/** The version that a folder of a model holds; null where its name is no number. */
export function versionOfFolder(folder: string): string | null {
  return /^\d+$/.test(folder) ? canonicalVersion(folder) : null;
}

/** Where the settings of a model lie, and the files it warms up with, whichever way its versions lie. */
export function folderOfModel(name: string, versionPath: string): string {
  const folder = dirname(versionPath);
  return basename(versionPath) === 'model.onnx' ? dirname(folder) : join(folder, name);
}

/** `007` and `7` are one version. */
function canonicalVersion(version: string): string {
  return version.replace(/^0+(?=\d)/, '');
}

/** Numeric order; versions are whole numbers of any length. */
export function compareVersions(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
