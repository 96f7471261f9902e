import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { GpuReading } from '../../native/addon.ts';
import { compileLibrary, hasNoCompiler } from './compile.ts';
import { addon, isSkipped } from './test-thread.ts';

const built = fileURLToPath(new URL('../../native/build/understudy.node', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'understudy-nvml-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** In a process of its own, since a library stays open until the process ends. */
function inProcess(code: string): unknown {
  const script = `
    const addon = require(${JSON.stringify(built)});
    const caught = (action) => {
      try { action(); } catch ({ name, code, syscall, message }) { return { name, code, syscall, message }; }
      return 'nothing thrown';
    };
    console.log(JSON.stringify((() => { ${code} })()));`;
  return JSON.parse(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }));
}

/** With the library as `path`. */
function withLibrary(path: string, code: string): unknown {
  return inProcess(`const path = ${JSON.stringify(path)}; ${code}`);
}

const mebibyte = 2 ** 20;
const silent = {
  memoryTotalBytes: null,
  memoryUsedBytes: null,
  utilizationPercent: null,
  powerMilliwatts: null,
  powerLimitMilliwatts: null,
  energyMillijoules: null,
  processes: [],
};

describe.skipIf(isSkipped)('NVML (skipped where no compiler built the addon)', () => {
  it('is missed with a sentence, and only when it is asked for', () => {
    const missing = join(folder, 'libnvidia-ml.so.1');
    expect(withLibrary(missing, 'return caught(() => addon.openNvml(path))')).toEqual({
      name: 'Error',
      code: 'ERR_DLOPEN_FAILED',
      syscall: 'dlopen',
      message:
        `NVIDIA's management library cannot be opened: ${missing}: cannot open shared object file: No such file or ` +
        'directory; it comes with the driver, and into a container with the NVIDIA container toolkit',
    });
    for (const call of ['gpuVersions', 'gpuReadings']) {
      expect(inProcess(`return caught(() => addon.${call}())`)).toMatchObject({
        code: 'NVML_ERROR_UNINITIALIZED',
        message: "NVIDIA's management library is not open: call openNvml first",
      });
    }
  });

  it.skipIf(existsSync('/proc/driver/nvidia'))(
    'is looked for as the driver installs it (skipped where there is a driver)',
    () => {
      expect(() => addon!.openNvml()).toThrow(
        /^NVIDIA's management library cannot be opened: libnvidia-ml.so.1: /,
      );
    },
  );

  describe.skipIf(hasNoCompiler)('over a library of the test’s own (skipped without a compiler)', () => {
    it('says what GPUs say, and null for what they do not say', () => {
      const library = compileLibrary('fake-nvml', folder);
      const readings = withLibrary(
        library,
        'addon.openNvml(path); return addon.gpuReadings()',
      ) as GpuReading[];
      expect(readings.slice(0, 2)).toEqual([
        {
          index: 0,
          uuid: 'GPU-00000000-0000-0000-0000-000000000000',
          name: 'NVIDIA H100 80GB HBM3',
          memoryTotalBytes: 81559 * mebibyte,
          memoryUsedBytes: 1500 * mebibyte,
          utilizationPercent: 37,
          powerMilliwatts: 123456,
          powerLimitMilliwatts: 700_000,
          energyMillijoules: 9_876_543_210,
          processes: [
            { pid: 100, memoryBytes: 1024 * mebibyte },
            { pid: 300, memoryBytes: 5 * mebibyte },
            { pid: 4_000_000_000, memoryBytes: null },
          ],
        },
        { index: 1, uuid: 'GPU-10000000-0000-0000-0000-000000000000', name: 'NVIDIA GB10', ...silent },
      ]);
      // The one between them may not be read.
      expect(readings.map(({ index }) => index)).toEqual([0, 1, 3]);
      expect(readings[2]!.processes).toEqual(
        Array.from({ length: 100 }, (_, index) => ({ pid: 1000 + index, memoryBytes: index * mebibyte })),
      );
    });

    it('says the versions, and stays open once it is', () => {
      const library = compileLibrary('fake-nvml', folder);
      const versions = withLibrary(
        library,
        "addon.openNvml(path); addon.openNvml(path); addon.openNvml('elsewhere.so'); return addon.gpuVersions()",
      );
      expect(versions).toEqual({ driver: '570.133.20', cuda: '12.8', nvml: '12.570.133.20' });
    });

    it('does with what a driver of years ago can say', () => {
      const library = compileLibrary('fake-nvml', folder, 'OLD_DRIVER');
      const [first] = withLibrary(
        library,
        'addon.openNvml(path); return addon.gpuReadings()',
      ) as GpuReading[];
      expect(first).toMatchObject({
        memoryTotalBytes: 81559 * mebibyte,
        // With what the driver keeps for itself, which the old call does not tell apart.
        memoryUsedBytes: 2000 * mebibyte,
        energyMillijoules: null,
        processes: [],
      });
    });

    it('says why it does not start, and may be tried again', () => {
      const library = compileLibrary('fake-nvml', folder, 'WITHOUT_DRIVER');
      const good = compileLibrary('fake-nvml', folder);
      const [refusal, versions] = withLibrary(
        library,
        `const refusal = caught(() => addon.openNvml(path));
         addon.openNvml(${JSON.stringify(good)});
         return [refusal, addon.gpuVersions()]`,
      ) as [unknown, unknown];
      expect(refusal).toEqual({
        name: 'Error',
        code: 'NVML_ERROR_DRIVER_NOT_LOADED',
        syscall: 'nvmlInit_v2',
        message: "NVIDIA's management library does not start: Driver Not Loaded",
      });
      expect(versions).toMatchObject({ driver: '570.133.20' });
    });

    it.each(['WITH_LOST_GPU', 'WITH_NAMELESS_GPU'])('leaves out the one GPU that is lost: %s', (machine) => {
      const library = compileLibrary('fake-nvml', folder, machine);
      const readings = withLibrary(
        library,
        'addon.openNvml(path); return addon.gpuReadings()',
      ) as GpuReading[];
      expect(readings.map(({ index }) => index)).toEqual([0, 3]);
    });

    it('says what is wrong where every GPU is lost', () => {
      const library = compileLibrary('fake-nvml', folder, 'WITH_ALL_LOST');
      expect(withLibrary(library, 'addon.openNvml(path); return caught(() => addon.gpuReadings())')).toEqual({
        name: 'Error',
        code: 'NVML_ERROR_GPU_IS_LOST',
        syscall: 'nvmlDeviceGetHandleByIndex_v2',
        message: 'GPU 0: nvmlDeviceGetHandleByIndex_v2 failed: GPU is lost',
      });
    });

    it('is not mistaken for any other library', () => {
      expect(withLibrary(built, 'return caught(() => addon.openNvml(path))')).toMatchObject({
        code: 'ERR_DLOPEN_FAILED',
        syscall: 'dlsym',
        message: `${built} has no nvmlErrorString: it is not NVML, or of a driver too old; 450 or newer is right`,
      });
    });

    it('is opened by several threads at once', () => {
      const library = compileLibrary('fake-nvml', folder);
      const script = `
        const { Worker, isMainThread, parentPort } = require('node:worker_threads');
        const addon = require(${JSON.stringify(built)});
        if (isMainThread) {
          for (let i = 0; i < 8; i++) new Worker(__filename).on('message', (name) => console.log(name));
        } else {
          addon.openNvml(${JSON.stringify(library)});
          for (let i = 0; i < 100; i++) addon.gpuReadings();
          parentPort.postMessage(addon.gpuReadings()[0].name);
        }`;
      const file = join(folder, 'threads.cjs');
      writeFileSync(file, script);
      const names = execFileSync(process.execPath, [file], { encoding: 'utf8' }).trim().split('\n');
      expect(names).toEqual(Array.from({ length: 8 }, () => 'NVIDIA H100 80GB HBM3'));
    });
  });
});
