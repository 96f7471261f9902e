import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkCudaLibraries, proveSession } from '../../scripts/setup-cuda-checks.ts';
import { downloadProviders } from '../../scripts/setup-cuda-download.ts';
import { installProviders } from '../../scripts/setup-cuda-install.ts';
import { setUpCuda } from '../../scripts/setup-cuda-steps.ts';
import { onnxRuntimePackage, runtimeVersion, versionOfLibraries } from '../../scripts/setup-cuda-version.ts';
import { bindingFolder, providerFileName } from '../../src/inference/execution-provider/library.ts';

const cuda = providerFileName('cuda');
const shared = providerFileName('shared');
const tensorrt = providerFileName('tensorrt');
const hasCompiler = spawnSync('c++', ['--version']).status === 0;
const hasProvider = existsSync(join(bindingFolder(), cuda));
const isLinux = process.platform === 'linux';

let folder: string;
let binding: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-cuda-'));
  binding = join(folder, 'binding');
  await mkdir(binding);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** The first bytes of a shared library, which is all that is looked at before it is copied. */
function library(text: string, arch: string = process.arch): Buffer {
  const header = Buffer.alloc(64);
  header.write('\x7fELF', 'latin1');
  header.writeUInt16LE(arch === 'arm64' ? 0xb7 : 0x3e, 18);
  return Buffer.concat([header, Buffer.from(text)]);
}

async function files(contents: Readonly<Record<string, string | Buffer>>): Promise<void> {
  for (const [path, content] of Object.entries(contents)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

/** As Python's onnxruntime-gpu lies in site-packages. */
async function wheel(version: string): Promise<void> {
  await files({
    'site/onnxruntime/__init__.py': `__doc__ = "x"\n__version__ = "${version}"\n`,
    [`site/onnxruntime/capi/${cuda}`]: library('cuda'),
    [`site/onnxruntime/capi/${shared}`]: library('shared'),
  });
}

const install = (from: string, force = false): Promise<string[]> =>
  installProviders({ from: join(folder, from), binding, version: '1.30.0', force });

describe('provider libraries of a folder', () => {
  it('are copied to where ONNX Runtime looks, those of TensorRT too where they are there', async () => {
    await wheel('1.30.0');
    expect(await install('site/onnxruntime/capi')).toEqual([join(binding, shared), join(binding, cuda)]);
    expect(await readFile(join(binding, cuda))).toEqual(library('cuda'));
    await files({ [`site/onnxruntime/capi/${tensorrt}`]: library('tensorrt') });
    expect(await install('site/onnxruntime/capi')).toContain(join(binding, tensorrt));
    expect((await readdir(binding)).sort()).toEqual([cuda, shared, tensorrt].sort());
  });

  it('are found in the folder of the package they came in', async () => {
    await wheel('1.30.0');
    expect(await install('site')).toHaveLength(2);
    expect(await install('site/onnxruntime')).toHaveLength(2);
  });

  it('take the place of older ones without touching what a server has open', async () => {
    await files({ [`binding/${cuda}`]: library('old') });
    await wheel('1.30.0');
    await using old = await open(join(binding, cuda));
    await install('site');
    expect(await old.readFile()).toEqual(library('old'));
    expect(await readFile(join(binding, cuda))).toEqual(library('cuda'));
  });

  it('are refused when they are of another ONNX Runtime, unless forced', async () => {
    await wheel('1.29.1');
    await expect(install('site')).rejects.toThrow(
      /are of ONNX Runtime 1\.29\.1 \(.*__init__\.py\), and only those of 1\.30\.0 fit/,
    );
    expect(await readdir(binding)).toEqual([]);
    expect(await install('site', true)).toHaveLength(2);
  });

  it('are refused when nothing tells of which ONNX Runtime they are, unless forced', async () => {
    await files({ [`bare/${cuda}`]: library('cuda'), [`bare/${shared}`]: library('shared') });
    await expect(install('bare')).rejects.toThrow(/nothing around .* tells of which ONNX Runtime/);
    expect(await install('bare', true)).toHaveLength(2);
  });

  it('are refused when one of them is missing, and when the folder is', async () => {
    await files({ [`half/${cuda}`]: library('cuda') });
    await expect(install('half', true)).rejects.toThrow(`there is only ${join(folder, 'half', cuda)}`);
    await expect(install('nowhere')).rejects.toThrow(/nowhere is not there/);
  });

  it.runIf(isLinux)('are refused when they are for another machine, or no libraries', async () => {
    const other = process.arch === 'arm64' ? 'x64' : 'arm64';
    await files({ [`other/${cuda}`]: library('cuda', other), [`other/${shared}`]: library('shared', other) });
    await expect(install('other', true)).rejects.toThrow(`is for ${other}, and this is ${process.arch}`);
    const pointer = 'version https://git-lfs.github.com/spec/v1\n';
    await files({ [`lfs/${cuda}`]: pointer, [`lfs/${shared}`]: pointer });
    await expect(install('lfs', true)).rejects.toThrow(/is no shared library/);
    expect(await readdir(binding)).toEqual([]);
  });

  it('are not copied onto themselves', async () => {
    await files({ [`binding/${cuda}`]: library('cuda'), [`binding/${shared}`]: library('shared') });
    await symlink(binding, join(folder, 'link'));
    await expect(install('link', true)).rejects.toThrow(/is where ONNX Runtime already looks/);
  });
});

describe('the version of provider libraries', () => {
  it.each([
    ['a Python package', 'onnxruntime/__init__.py', "__version__ = '1.30.0'", 'onnxruntime/capi'],
    ['its build information', 'capi/build_and_package_info.py', "__version__ = '1.30.0'", 'capi'],
    ['the metadata of a wheel', 'onnxruntime_gpu-1.30.0.dist-info/METADATA', '', 'onnxruntime/capi'],
    ['a release archive', 'VERSION_NUMBER', '1.30.0\n', 'lib'],
    [
      'a NuGet package',
      'Gpu.Linux.nuspec',
      '<metadata><version>1.30.0</version></metadata>',
      'runtimes/linux-x64/native',
    ],
    [
      'an npm package',
      'package.json',
      '{"name": "onnxruntime-node", "version": "1.30.0"}',
      'bin/napi-v6/linux/x64',
    ],
    ["the name of ONNX Runtime's library", 'lib/libonnxruntime.so.1.30.0', '', 'lib'],
    ["the symbols of ONNX Runtime's library", 'lib/libonnxruntime.so.1', '\0\0VERS_1.30.0\0', 'lib'],
  ])('is read from %s', async (_, path, content, libraries) => {
    await files({ [`there/${path}`]: content });
    await mkdir(join(folder, 'there', libraries), { recursive: true });
    expect(versionOfLibraries(join(folder, 'there', libraries))?.version).toBe('1.30.0');
  });

  it('is that of the ONNX Runtime in use, as its own library says', () => {
    const [symbols] = /VERS_\d+\.\d+\.\d+/.exec(
      execFileSync(
        'grep',
        ['-aoE', '-m1', 'VERS_[0-9]+\\.[0-9]+\\.[0-9]+', join(bindingFolder(), 'libonnxruntime.so.1')],
        {
          encoding: 'latin1',
        },
      ),
    )!;
    expect(symbols).toBe(`VERS_${runtimeVersion()}`);
  });
});

/** A package whose install script does what this text says, in the variables `bin` and `wish`. */
async function fakePackage(script: string): Promise<string> {
  await files({
    'package/package.json': '{"name": "onnxruntime-node", "version": "1.30.0"}',
    'package/script/install.js': `
      const { mkdirSync, writeFileSync } = require('node:fs');
      const bin = require('node:path').join(__dirname, '../bin/napi-v6', process.platform, process.arch);
      const wish = process.env.ONNXRUNTIME_NODE_INSTALL;
      mkdirSync(bin, { recursive: true });
      ${script}`,
  });
  return join(folder, 'package');
}

describe('the download', () => {
  it("is done by onnxruntime-node's own script, apart from what is in use, and leaves nothing behind", async () => {
    const from = await fakePackage(
      `writeFileSync(bin + '/wish', wish + ' ' + process.env.GLOBAL_AGENT_HTTPS_PROXY);`,
    );
    const environment = { ...process.env, HTTPS_PROXY: 'http://proxy:3128' };
    {
      await using download = await downloadProviders(from, environment);
      expect(await readFile(join(download.folder, 'wish'), 'utf8')).toBe('true http://proxy:3128');
      expect(existsSync(join(from, 'bin'))).toBe(false);
    }
    expect((await readdir(from)).sort()).toEqual(['package.json', 'script']);
  });

  it('asks for the libraries in words that the script of this onnxruntime-node heeds', () => {
    const utils = join(onnxRuntimePackage(), 'script', 'install-utils.js');
    vi.stubEnv('ONNXRUNTIME_NODE_INSTALL', 'true');
    const { parseInstallFlag } = createRequire(import.meta.url)(utils) as { parseInstallFlag(): unknown };
    expect(parseInstallFlag()).toBe(true);
  });

  it('that fails is told with what to do instead', async () => {
    const from = await fakePackage('process.exit(7);');
    await expect(downloadProviders(from)).rejects.toThrow(
      /ended with status 7; .* HTTPS_PROXY; .* --from DIR/,
    );
    expect((await readdir(from)).sort()).toEqual(['package.json', 'script']);
  });
});

describe('setting up CUDA', () => {
  const options = (packageFolder: string, from: string | null) => {
    const written: string[] = [];
    return {
      ...{ from, force: false, verify: false, packageFolder, binding, written },
      write: (text: string) => void written.push(text),
    };
  };

  it('says so where there is nothing to download for this system', async () => {
    const from = await fakePackage('');
    await expect(setUpCuda(options(from, null))).rejects.toThrow(
      `onnxruntime-node 1.30.0 has no CUDA provider to download for ${process.platform} ${process.arch}`,
    );
  });

  it.runIf(isLinux && hasCompiler)('installs what was downloaded and tells what it needs', async () => {
    const built = join(folder, 'built');
    await mkdir(built);
    compile(join(built, 'libcudart.so.12'), ['-Wl,-soname,libcudart.so.12']);
    compile(join(built, cuda), ['-Wl,--no-as-needed', join(built, 'libcudart.so.12')]);
    const from = await fakePackage(`
      const { copyFileSync } = require('node:fs');
      for (const name of ['${cuda}', '${shared}']) copyFileSync('${join(built, cuda)}', bin + '/' + name);`);
    const set = options(from, null);
    expect(await setUpCuda(set)).toBe(true);
    expect((await readdir(binding)).sort()).toEqual([cuda, shared].sort());
    const text = set.written.join('');
    expect(text).toContain(`provider: installed ${join(binding, cuda)}`);
    expect(text).toMatch(
      /not ok {2}CUDA runtime: the provider needs libcudart\.so\.12, which cannot be loaded/,
    );
    expect(text).toContain('was not tried');
  });
});

function compile(path: string, options: readonly string[]): void {
  execFileSync('c++', ['-shared', '-fPIC', '-x', 'c++', '/dev/null', '-x', 'none', ...options, '-o', path]);
}

describe.runIf(isLinux && hasCompiler)('the libraries that the provider needs', () => {
  it('are told with the version that was found, or with the mend', async () => {
    const toolkit = join(folder, 'toolkit');
    await mkdir(toolkit);
    compile(join(toolkit, 'libcudart.so.12.8.90'), ['-Wl,-soname,libcudart.so.12']);
    compile(join(toolkit, 'libcudnn.so.9'), ['-Wl,-soname,libcudnn.so.9']);
    await symlink('libcudart.so.12.8.90', join(toolkit, 'libcudart.so.12'));
    compile(join(binding, cuda), [
      ...['-Wl,--no-as-needed', join(toolkit, 'libcudart.so.12'), join(toolkit, 'libcudnn.so.9')],
    ]);
    await rm(join(toolkit, 'libcudnn.so.9'));
    vi.stubEnv('LD_LIBRARY_PATH', toolkit);
    const lines = await checkCudaLibraries(binding, true);
    expect(lines).toEqual([
      {
        ...{ isFine: true, what: 'CUDA runtime', mend: null },
        sentence: expect.stringMatching(/^libcudart\.so\.12 can be loaded, version 12\.8\.90 \(/),
      },
      {
        ...{ isFine: false, what: 'cuDNN', mend: expect.stringMatching(/cuDNN 9/i) },
        sentence: expect.stringContaining('the provider needs libcudnn.so.9, which cannot be loaded'),
      },
    ]);
  });
});

describe('the proof', () => {
  // Where the provider is installed a session may well run.
  it.skipIf(hasProvider)('fails with a sentence where no session on CUDA can be made', async () => {
    expect(await proveSession()).toEqual({
      ...{ isFine: false, what: 'session', mend: expect.stringContaining('setup:cuda again') },
      sentence: expect.stringContaining(`execution_provider cuda needs ${cuda}, which is not installed`),
    });
  });
});

describe('the command', () => {
  const script = fileURLToPath(new URL('../../scripts/setup-cuda.ts', import.meta.url));
  const run = (...args: string[]) => spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });

  it('explains itself', () => {
    const { status, stdout } = run('--help');
    expect(status).toBe(0);
    for (const word of ['--from', '--force', '--no-verify', 'Status 0']) expect(stdout).toContain(word);
  });

  it('fails with one sentence', () => {
    const { status, stderr } = run('--from', join(folder, 'nowhere'));
    expect(status).toBe(1);
    expect(stderr).toBe(`setup:cuda: ${join(folder, 'nowhere')} is not there; --from takes a folder\n`);
  });
});
