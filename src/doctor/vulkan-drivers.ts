import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { sentenceOf } from '../errors.ts';

/** A driver as its manifest (ICD file) announces it. */
export interface VulkanDriver {
  readonly manifest: string;
  /** What the manifest names: a path, or a name for the loader to find; null where it cannot be read. */
  readonly library: string | null;
  /** Why the manifest cannot be used; null where it can. */
  readonly fault: string | null;
  /** Whether it draws on the CPU: Mesa's lavapipe, Chromium's SwiftShader. */
  readonly isSoftware: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const manifestSchema = z.object({ ICD: z.object({ library_path: z.string().min(1) }) });

/**
 * The drivers that the Vulkan loader would take, in its order. Where it looks is written in its
 * docs/LoaderDriverInterface.md, "Driver Discovery on Linux".
 */
export function findVulkanDrivers(environment: Environment): VulkanDriver[] {
  return manifestPaths(environment).map(readManifest);
}

function manifestPaths(environment: Environment): string[] {
  const forced = pathsIn(environment.VK_DRIVER_FILES ?? environment.VK_ICD_FILENAMES);
  if (forced.length > 0) return forced.flatMap(manifestsAt);
  const home = environment.HOME;
  const below = (folder: string | undefined, ...parts: string[]) =>
    folder === undefined || folder === '' ? [] : [join(folder, ...parts)];
  const configHome = environment.XDG_CONFIG_HOME ? [environment.XDG_CONFIG_HOME] : below(home, '.config');
  const dataHome = environment.XDG_DATA_HOME ? [environment.XDG_DATA_HOME] : below(home, '.local', 'share');
  const folders = [
    ...configHome,
    ...pathsIn(environment.XDG_CONFIG_DIRS || '/etc/xdg'),
    '/usr/local/etc',
    '/etc',
    ...dataHome,
    ...pathsIn(environment.XDG_DATA_DIRS || '/usr/local/share:/usr/share'),
  ].map((folder) => join(folder, 'vulkan', 'icd.d'));
  return [...pathsIn(environment.VK_ADD_DRIVER_FILES), ...new Set(folders)].flatMap(manifestsAt);
}

function pathsIn(list: string | undefined): string[] {
  return (list ?? '').split(':').filter((path) => path !== '');
}

/** The path itself where it names a manifest, else the manifests in that folder. */
function manifestsAt(path: string): string[] {
  if (path.endsWith('.json')) return [path];
  try {
    return readdirSync(path)
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name) => join(path, name));
  } catch (error) {
    // Most machines have few of the folders that may hold drivers.
    if (error instanceof Error && 'code' in error && typeof error.code === 'string') return [];
    throw error;
  }
}

function readManifest(manifest: string): VulkanDriver {
  try {
    const { library_path: library } = manifestSchema.parse(JSON.parse(readFileSync(manifest, 'utf8'))).ICD;
    const path = library.includes('/') ? resolve(dirname(manifest), library) : library;
    return { manifest, library: path, fault: null, isSoftware: /lvp|lavapipe|swiftshader/i.test(library) };
  } catch (error) {
    const fault = error instanceof z.ZodError ? 'it names no ICD.library_path' : sentenceOf(error);
    return { manifest, library: null, fault, isSoftware: false };
  }
}
