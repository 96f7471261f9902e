import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A Vulkan driver for WebGPU to run on, and the environment that makes the loader take it. */
export interface Vulkan {
  /** `nvidia`, or `swiftshader`, which draws on the CPU. */
  readonly driver: 'nvidia' | 'swiftshader';
  readonly environment: Readonly<Record<string, string>>;
}

const manifestFolders = ['/etc/vulkan/icd.d', '/usr/share/vulkan/icd.d'];
const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json';

/** The NVIDIA driver where there is such a GPU, else the one that comes with Chromium, else null. */
export function findVulkan(): Vulkan | null {
  const manifests = manifestFolders
    .filter(existsSync)
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  const nvidia = manifests.find((path) => /nvidia.*\.json$/.test(path));
  if (nvidia !== undefined && existsSync('/dev/nvidia0')) {
    return { driver: 'nvidia', environment: environmentFor(nvidia) };
  }
  return existsSync(swiftShader) ? { driver: 'swiftshader', environment: environmentFor(swiftShader) } : null;
}

/** Why there is none, for the title of a skipped test. */
export const withoutVulkan =
  'skipped: no Vulkan driver (apt-get install chromium libvulkan1 brings one that needs no GPU)';

function environmentFor(manifest: string): Record<string, string> {
  return {
    VK_ICD_FILENAMES: manifest,
    VK_DRIVER_FILES: manifest,
    // Some drivers want one, and a service or a container has none.
    XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? mkdtempSync(join(tmpdir(), 'understudy-runtime-')),
  };
}
