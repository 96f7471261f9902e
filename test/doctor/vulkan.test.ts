import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loader, vulkanFindings } from '../../src/doctor/vulkan.ts';
import { findVulkanDrivers, type VulkanDriver } from '../../src/doctor/vulkan-drivers.ts';
import { temporaryDirectory } from '../log/open-test-log.ts';

let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory[Symbol.dispose]());

function manifest(path: string, library: unknown): string {
  const file = join(directory.path, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ file_format_version: '1.0.1', ICD: { library_path: library } }));
  return file;
}

/** Where the machine's own drivers are not seen; /etc and /usr/local/etc always are, and hold none of ours. */
const environment = () => ({
  HOME: join(directory.path, 'home'),
  XDG_CONFIG_DIRS: join(directory.path, 'xdg'),
  XDG_DATA_DIRS: `${join(directory.path, 'local')}:${join(directory.path, 'share')}`,
});
const ours = (drivers: readonly VulkanDriver[]) =>
  drivers.filter(({ manifest: file }) => file.startsWith(directory.path));

describe('Vulkan drivers', () => {
  it('are found where the loader looks, in its order', () => {
    const expected = [
      manifest('home/.config/vulkan/icd.d/a.json', 'liba.so'),
      manifest('xdg/vulkan/icd.d/b.json', 'libb.so'),
      manifest('home/.local/share/vulkan/icd.d/c.json', 'libc.so'),
      manifest('local/vulkan/icd.d/d.json', 'libd.so'),
      manifest('share/vulkan/icd.d/e.json', 'libe.so'),
      manifest('share/vulkan/icd.d/f.json', 'libf.so'),
    ];
    manifest('share/vulkan/icd.d/readme.txt', 'libg.so');
    manifest('elsewhere/vulkan/icd.d/h.json', 'libh.so');
    expect(ours(findVulkanDrivers(environment())).map(({ manifest: file }) => file)).toEqual(expected);
  });

  it.each(['VK_DRIVER_FILES', 'VK_ICD_FILENAMES'])(
    'are only those that %s names, where it is set',
    (name) => {
      manifest('share/vulkan/icd.d/e.json', 'libe.so');
      const file = manifest('mine.json', 'libmine.so');
      const folder = dirname(manifest('more/x.json', 'libx.so'));
      const drivers = findVulkanDrivers({ ...environment(), [name]: `${file}:${folder}` });
      expect(drivers.map(({ library }) => library)).toEqual(['libmine.so', 'libx.so']);
    },
  );

  it('are those of VK_ADD_DRIVER_FILES besides', () => {
    manifest('share/vulkan/icd.d/e.json', 'libe.so');
    const file = manifest('mine.json', 'libmine.so');
    const drivers = ours(findVulkanDrivers({ ...environment(), VK_ADD_DRIVER_FILES: file }));
    expect(drivers.map(({ library }) => library)).toEqual(['libmine.so', 'libe.so']);
  });

  it('name their library by a path from their own folder, or for the loader to find', () => {
    const file = manifest('mine.json', './lib/libmine.so');
    const [driver] = findVulkanDrivers({ VK_DRIVER_FILES: file });
    expect(driver?.library).toBe(join(directory.path, 'lib', 'libmine.so'));
  });

  it.each([
    ['/usr/lib/x86_64-linux-gnu/libvulkan_lvp.so', true],
    ['./libvk_swiftshader.so', true],
    ['libGLX_nvidia.so.0', false],
    ['libvulkan_radeon.so', false],
  ])('%s is software: %s', (library, isSoftware) => {
    const [driver] = findVulkanDrivers({ VK_DRIVER_FILES: manifest('mine.json', library) });
    expect(driver).toMatchObject({ isSoftware, fault: null });
  });

  it('say what is wrong with their manifest', () => {
    const broken = join(directory.path, 'broken.json');
    writeFileSync(broken, '{"ICD":');
    const unnamed = manifest('unnamed.json', 7);
    const absent = join(directory.path, 'absent.json');
    const drivers = findVulkanDrivers({ VK_DRIVER_FILES: [broken, unnamed, absent].join(':') });
    expect(drivers.map(({ fault }) => fault)).toEqual([
      expect.stringMatching(/JSON/),
      'it names no ICD.library_path',
      expect.stringMatching(/ENOENT/),
    ]);
  });
});

describe('what is said of Vulkan', () => {
  const nvidia = {
    manifest: '/etc/nvidia_icd.json',
    library: 'libGLX_nvidia.so.0',
    fault: null,
    isSoftware: false,
  };
  const swiftshader = {
    manifest: '/c/sw_icd.json',
    library: '/c/libvk_swiftshader.so',
    fault: null,
    isSoftware: true,
  };
  const ran = (...libraries: string[]) => ({
    kind: 'answered' as const,
    answer: { createMilliseconds: 1, runMilliseconds: 1, libraries, backends: [] },
  });
  const said = (facts: Partial<Parameters<typeof vulkanFindings>[0]>) => {
    const drivers = facts.drivers ?? [];
    const libraries = new Map(
      [loader, ...drivers.map(({ library }) => library!)].map((name) => [name, null]),
    );
    return vulkanFindings({ drivers, libraries, hasDeviceNode: true, webgpu: null, ...facts }, 'linux').map(
      ({ status, sentence }) => `${status}: ${sentence}`,
    );
  };

  it('is hardware where the driver of a GPU was loaded', () => {
    const webgpu = ran('/usr/lib/libGLX_nvidia.so.570.86.15', '/usr/lib/libc.so.6');
    expect(said({ drivers: [nvidia, swiftshader], webgpu })).toEqual([
      'ok: The Vulkan loader libvulkan.so.1 is there',
      'ok: WebGPU runs on hardware (nvidia_icd.json)',
    ]);
  });

  it('is software where only such a driver was loaded, or no GPU is there for the other', () => {
    const software = expect.stringMatching(/^note: WebGPU runs on Vulkan in software \(sw_icd\.json\)/);
    expect(said({ drivers: [swiftshader], webgpu: ran('/c/libvk_swiftshader.so') })[1]).toEqual(software);
    const webgpu = ran('/c/libvk_swiftshader.so', '/usr/lib/libGLX_nvidia.so.0');
    expect(said({ drivers: [nvidia, swiftshader], webgpu, hasDeviceNode: false })[1]).toEqual(software);
  });

  it('tells drivers that gave no device, that cannot be loaded, and that there are none', () => {
    const webgpu = { kind: 'failed', sentence: 'no adapter' } as const;
    expect(said({ drivers: [nvidia], webgpu })[1]).toBe(
      'note: None of the Vulkan drivers here gave WebGPU a device (nvidia_icd.json)',
    );
    const libraries = new Map([
      [loader, 'no such file'],
      [nvidia.library, 'no such file'],
    ]);
    expect(said({ drivers: [nvidia], libraries, webgpu })).toEqual([
      'note: The Vulkan loader libvulkan.so.1 cannot be loaded (no such file), so no model can run on webgpu',
      'note: The Vulkan driver of /etc/nvidia_icd.json cannot be used: no such file',
      'note: There is no Vulkan driver, so no model can run on webgpu',
    ]);
  });
});
