import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cudaFindings } from '../../src/doctor/cuda.ts';
import { cudaFolders, filesOfLibrary, neededCudaLibraries } from '../../src/doctor/cuda-libraries.ts';
import { neededLibraries } from '../../src/doctor/elf-needed.ts';
import { tryLibraries } from '../../src/doctor/try-libraries.ts';
import { bindingFolder } from '../../src/inference/execution-provider/library.ts';
import { temporaryDirectory } from '../log/open-test-log.ts';

const onLinux = process.platform === 'linux';

describe('the libraries that a library needs', () => {
  const runtime = join(bindingFolder(), 'libonnxruntime.so.1');

  it.skipIf(!onLinux)('are read from the file', async () => {
    expect(await neededLibraries(runtime)).toEqual(expect.arrayContaining(['libc.so.6', 'libm.so.6']));
  });

  it.skipIf(!onLinux || !hasReadelf())('are those that readelf finds', async () => {
    for (const file of [runtime, process.execPath]) {
      const listed = execFileSync('readelf', ['-d', file], { encoding: 'utf8' });
      const names = [...listed.matchAll(/\(NEEDED\).*\[(.*)\]/g)].map(([, name]) => name);
      expect(names.length).toBeGreaterThan(3);
      expect(await neededLibraries(file)).toEqual(names);
    }
  });

  it('are refused of what is no library', async () => {
    using directory = temporaryDirectory();
    const file = join(directory.path, 'liba.so');
    for (const text of ['', 'garbage', '\x7fELF\x01\x01']) {
      writeFileSync(file, text);
      await expect(neededLibraries(file)).rejects.toThrow(`${file} is no 64-bit shared library for Linux`);
    }
  });

  it('are the usual ones of CUDA 12 and cuDNN 9 while the provider is not installed', async () => {
    expect(await neededCudaLibraries(null)).toEqual(
      expect.arrayContaining(['libcudart.so.12', 'libcublas.so.12', 'libcudnn.so.9']),
    );
  });
});

describe('loading a library', () => {
  it.skipIf(!onLinux)('succeeds where the loader finds it, and tells why it does not', async () => {
    using directory = temporaryDirectory();
    const damaged = join(directory.path, 'damaged.so');
    writeFileSync(damaged, 'garbage');
    const trials = await tryLibraries(['libm.so.6', 'libnowhere.so.12', damaged]);
    expect([...trials]).toEqual([
      ['libm.so.6', null],
      ['libnowhere.so.12', expect.stringMatching(/libnowhere\.so\.12: cannot open shared object file/)],
      [damaged, expect.stringMatching(/file too short|invalid ELF header/)],
    ]);
  });
});

describe('files of a library', () => {
  it('are found in the folders of every version, each place once', () => {
    using directory = temporaryDirectory();
    const [first, second] = ['cuda-13', 'other'].map((name) => join(directory.path, name));
    mkdirSync(first!);
    mkdirSync(second!);
    writeFileSync(join(first!, 'libcudart.so.13'), '');
    writeFileSync(join(first!, 'libcudart_static.a'), '');
    writeFileSync(join(second!, 'libcudart.so.12'), '');
    symlinkSync(first!, join(directory.path, 'cuda'));
    const path = [first, second, join(directory.path, 'cuda'), ''].join(':');
    const folders = cudaFolders({ LD_LIBRARY_PATH: path }).filter((folder) =>
      folder.startsWith(directory.path),
    );
    expect(folders).toHaveLength(2);
    expect(
      filesOfLibrary('libcudart.so.12', folders)
        .map((file) => file.split('/').at(-1))
        .sort(),
    ).toEqual(['libcudart.so.12', 'libcudart.so.13']);
  });
});

describe('what is said of CUDA', () => {
  const trials = new Map([
    ['libcudart.so.12', null],
    ['libcudnn.so.9', 'no such file'],
  ]);
  const none = { trials, files: new Map(), providerIsInstalled: false, hasNvidiaGpu: false };

  it('is well where all can be loaded', () => {
    const loaded = new Map([['libcudart.so.12', null]]);
    expect(cudaFindings({ ...none, trials: loaded, hasNvidiaGpu: true })[0]).toMatchObject({
      status: 'ok',
      sentence: 'The libraries that the CUDA provider needs can be loaded: libcudart.so.12',
    });
  });

  it('is a note where nobody could use them, a warning with the mend where somebody could', () => {
    const sentence =
      'Of the libraries that the CUDA provider needs libcudart.so.12 can be loaded; not: libcudnn.so.9';
    expect(cudaFindings(none)[0]).toMatchObject({ status: 'note', sentence, mend: null });
    for (const wanted of [{ hasNvidiaGpu: true }, { providerIsInstalled: true }]) {
      const [finding] = cudaFindings({ ...none, ...wanted });
      expect(finding).toMatchObject({ status: 'warning', sentence, mend: expect.stringMatching(/cuDNN 9/) });
    }
  });

  it('names files that lie where the loader does not look, and other versions', () => {
    const files = new Map([['libcudnn.so.9', ['/opt/c/libcudnn.so.9', '/opt/d/libcudnn.so.8.9.7']]]);
    const [finding] = cudaFindings({ ...none, files, hasNvidiaGpu: true });
    expect(finding?.sentence).toMatch(/not: libcudnn\.so\.9 \(there is \/opt\/d\/libcudnn\.so\.8\)$/);
    expect(finding?.mend).toMatch(/^they lie where the loader does not look: LD_LIBRARY_PATH=\/opt\/c,/);
  });
});

function hasReadelf(): boolean {
  try {
    execFileSync('readelf', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
