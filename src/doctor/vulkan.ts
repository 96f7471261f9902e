import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { Finding } from './finding.ts';
import { type LibraryTrials, tryLibraries } from './try-libraries.ts';
import type { SessionTrial } from './try-sessions.ts';
import { type Environment, findVulkanDrivers, type VulkanDriver } from './vulkan-drivers.ts';

export interface VulkanFacts {
  readonly drivers: readonly VulkanDriver[];
  /** Of the loader and of every driver's library. */
  readonly libraries: LibraryTrials;
  /** Whether /dev has a GPU that this process could open: without one, a driver for hardware finds none. */
  readonly hasDeviceNode: boolean;
  /** A WebGPU session, which is what Vulkan is for here. */
  readonly webgpu: SessionTrial | null;
}

const topic = 'Vulkan';
export const loader = 'libvulkan.so.1';

export async function readVulkanFacts(
  environment: Environment,
  webgpu: SessionTrial | null,
): Promise<VulkanFacts> {
  const drivers = findVulkanDrivers(environment);
  const libraries = [loader, ...drivers.flatMap(({ library }) => library ?? [])];
  return {
    drivers,
    libraries: await tryLibraries([...new Set(libraries)]),
    hasDeviceNode: existsSync('/dev/dri') || existsSync('/dev/nvidiactl') || existsSync('/dev/dxg'),
    webgpu,
  };
}

export function vulkanFindings(facts: VulkanFacts, platform: string): Finding[] {
  if (platform !== 'linux') {
    return [
      { topic, status: 'note', sentence: `WebGPU takes another way than Vulkan on ${platform}`, mend: null },
    ];
  }
  return [
    loaderFinding(facts),
    ...facts.drivers.flatMap((driver) => brokenDriver(driver, facts)),
    deviceFinding(facts),
  ];
}

function loaderFinding({ libraries }: VulkanFacts): Finding {
  const failure = libraries.get(loader) ?? null;
  if (failure === null)
    return { topic, status: 'ok', sentence: `The Vulkan loader ${loader} is there`, mend: null };
  const sentence = `The Vulkan loader ${loader} cannot be loaded (${failure}), so no model can run on webgpu`;
  return { topic, status: 'note', sentence, mend: 'where that is wanted: apt-get install libvulkan1' };
}

function brokenDriver(driver: VulkanDriver, { libraries }: VulkanFacts): Finding[] {
  const failure = driver.fault ?? (driver.library === null ? null : (libraries.get(driver.library) ?? null));
  if (failure === null) return [];
  const sentence = `The Vulkan driver of ${driver.manifest} cannot be used: ${failure}`;
  return [{ topic, status: 'note', sentence, mend: 'install that driver again, or remove the file' }];
}

function deviceFinding(facts: VulkanFacts): Finding {
  const { drivers, libraries, webgpu } = facts;
  const usable = drivers.filter(({ library }) => library !== null && libraries.get(library) === null);
  const details = { drivers: drivers.map(({ manifest, library }) => ({ manifest, library })) };
  if (webgpu?.kind === 'answered') {
    const { kind, on } = deviceOf(driversIn(webgpu.answer.libraries, usable), facts.hasDeviceNode);
    const about = { topic, mend: null, details: { ...details, kind } } as const;
    if (kind === 'software') {
      const sentence = `WebGPU runs on Vulkan in software (${on}): right for tests, slower than the CPU provider`;
      return { ...about, status: 'note', sentence };
    }
    const sentence =
      kind === 'hardware'
        ? `WebGPU runs on hardware (${on})`
        : 'WebGPU runs; on which driver could not be seen';
    return { ...about, status: 'ok', sentence };
  }
  const sentence =
    usable.length === 0
      ? 'There is no Vulkan driver, so no model can run on webgpu'
      : `None of the Vulkan drivers here gave WebGPU a device (${namesOf(usable)})`;
  const mend =
    "where that is wanted: the GPU's own driver (a container needs NVIDIA_DRIVER_CAPABILITIES=graphics, or /dev/dri); for tests without a GPU apt-get install chromium and VK_ICD_FILENAMES=/usr/lib/chromium/vk_swiftshader_icd.json";
  return { topic, status: 'note', sentence, mend, details };
}

function deviceOf(
  loaded: readonly VulkanDriver[],
  hasDeviceNode: boolean,
): { readonly kind: 'hardware' | 'software' | 'unknown'; readonly on: string } {
  const hardware = hasDeviceNode ? loaded.filter(({ isSoftware }) => !isSoftware) : [];
  if (hardware.length > 0) return { kind: 'hardware', on: namesOf(hardware) };
  const software = loaded.filter(({ isSoftware }) => isSoftware);
  return { kind: software.length > 0 ? 'software' : 'unknown', on: namesOf(software) };
}

function namesOf(drivers: readonly VulkanDriver[]): string {
  return drivers.map(({ manifest }) => basename(manifest)).join(', ');
}

/** Drivers whose library a session had loaded. */
function driversIn(loaded: readonly string[], drivers: readonly VulkanDriver[]): VulkanDriver[] {
  const names = new Set(loaded.map((path) => libraryName(path)));
  return drivers.filter(({ library }) => library !== null && names.has(libraryName(library)));
}

/** `libGLX_nvidia.so` of `libGLX_nvidia.so.0` and of `libGLX_nvidia.so.570.86`, which is where the former leads. */
function libraryName(path: string): string {
  return basename(path).replace(/\.so.*$/, '.so');
}
