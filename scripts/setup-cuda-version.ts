import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { readText } from '../src/doctor/read-text.ts';

export interface FoundVersion {
  readonly version: string;
  /** Where it is written. */
  readonly source: string;
}

/** Version of the ONNX Runtime that this server runs on. */
export function runtimeVersion(packageFolder = onnxRuntimePackage()): string {
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as {
    readonly version: string;
  };
  return version;
}

export function onnxRuntimePackage(): string {
  return dirname(dirname(createRequire(import.meta.url).resolve('onnxruntime-node')));
}

/**
 * Of which ONNX Runtime the provider libraries in a folder are. The providers do not say so themselves; what
 * they come with does: a Python package, a release archive, a NuGet or npm package, or ONNX Runtime's own library.
 *
 * @returns null when nothing around them tells
 */
export function versionOfLibraries(folder: string): FoundVersion | null {
  return (
    written(join(folder, 'build_and_package_info.py'), /__version__\s*=\s*['"]([^'"]+)['"]/) ??
    written(join(folder, '..', '__init__.py'), /__version__\s*=\s*['"]([^'"]+)['"]/) ??
    written(join(folder, '..', 'VERSION_NUMBER'), /^\s*(\d+\.\d+\.\d+\S*)/) ??
    named(join(folder, '..', '..'), /^onnxruntime(?:_gpu)?-(\d[^-]*)\.dist-info$/) ??
    nuspec(join(folder, '..', '..', '..')) ??
    npmPackage(join(folder, '..', '..', '..', '..')) ??
    named(folder, /^libonnxruntime\.so\.(\d+\.\d+\.\d+)$/) ??
    builtIn(folder)
  );
}

function written(path: string, pattern: RegExp): FoundVersion | null {
  const version = pattern.exec(readText(path) ?? '')?.[1];
  return version === undefined ? null : { version, source: path };
}

function named(folder: string, pattern: RegExp): FoundVersion | null {
  for (const name of namesIn(folder)) {
    const version = pattern.exec(name)?.[1];
    if (version !== undefined) return { version, source: join(folder, name) };
  }
  return null;
}

function nuspec(folder: string): FoundVersion | null {
  const name = namesIn(folder).find((file) => file.endsWith('.nuspec'));
  return name === undefined ? null : written(join(folder, name), /<version>\s*([^<\s]+)\s*<\/version>/);
}

function npmPackage(folder: string): FoundVersion | null {
  const path = join(folder, 'package.json');
  return /"name":\s*"onnxruntime-node"/.test(readText(path) ?? '')
    ? written(path, /"version":\s*"([^"]+)"/)
    : null;
}

/** The symbols that ONNX Runtime's own library exports carry its version. */
function builtIn(folder: string): FoundVersion | null {
  const name = namesIn(folder).find((file) => /^(lib)?onnxruntime\.(so(\.\d+)*|dll)$/.test(file));
  if (name === undefined) return null;
  const path = join(folder, name);
  const version = /VERS_(\d+\.\d+\.\d+)/.exec(readFileSync(path).toString('latin1'))?.[1];
  return version === undefined ? null : { version, source: `the symbols of ${basename(path)}` };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    // Most of the places that may tell a version are not there.
    if (error instanceof Error && 'code' in error && typeof error.code === 'string') return [];
    throw error;
  }
}
