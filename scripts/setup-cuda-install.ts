import { existsSync, realpathSync } from 'node:fs';
import { copyFile, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { providerFileName } from '../src/inference/execution-provider/library.ts';
import { versionOfLibraries } from './setup-cuda-version.ts';

export interface InstallOptions {
  /** Folder that holds the libraries, or a package that holds them at its usual place. */
  readonly from: string;
  /** Where ONNX Runtime's own library lies. */
  readonly binding: string;
  /** Version of that ONNX Runtime. */
  readonly version: string;
  /** Takes libraries of another or an unknown version. */
  readonly force: boolean;
}

/** Where packages keep the libraries: Python's, a release archive's, NuGet's, npm's. */
const usualPlaces = [
  ...['.', 'capi', 'onnxruntime/capi', 'lib', `runtimes/${process.platform}-${process.arch}/native`],
  `bin/napi-v6/${process.platform}/${process.arch}`,
];

/**
 * Copies the provider libraries to where ONNX Runtime looks for them; each appears there whole or not at all.
 *
 * @returns the paths that were written
 * @throws with a sentence when they are not there, or of another version or machine
 */
export async function installProviders(options: InstallOptions): Promise<string[]> {
  const { binding, version, force } = options;
  const folder = findLibraries(options.from);
  if (existsSync(binding) && realpathSync(folder) === realpathSync(binding)) {
    throw new Error(`${options.from} is where ONNX Runtime already looks; name the folder to copy from`);
  }
  if (!force) requireVersion(folder, version);
  const wanted = [providerFileName('shared'), providerFileName('cuda'), providerFileName('tensorrt')];
  const names = wanted.filter((name) => existsSync(join(folder, name)));
  for (const name of names) await requireMachine(join(folder, name));
  await mkdir(binding, { recursive: true });
  const unfinished = (name: string): string => join(binding, `.${name}.${process.pid}`);
  try {
    for (const name of names) await copyFile(join(folder, name), unfinished(name));
    // A server that runs keeps the old file: it is replaced, not written into.
    for (const name of names) await rename(unfinished(name), join(binding, name));
  } finally {
    for (const name of names) await rm(unfinished(name), { force: true });
  }
  return names.map((name) => join(binding, name));
}

function findLibraries(from: string): string {
  if (!existsSync(from)) throw new Error(`${from} is not there; --from takes a folder`);
  const needed = [providerFileName('shared'), providerFileName('cuda')];
  const folders = usualPlaces.map((place) => join(from, place));
  const folder = folders.find((candidate) => needed.every((name) => existsSync(join(candidate, name))));
  if (folder !== undefined) return folder;
  const partly = folders.flatMap((candidate) =>
    needed.filter((name) => existsSync(join(candidate, name))).map((name) => join(candidate, name)),
  );
  throw new Error(
    `${from} does not hold ${needed.join(' and ')}, which is what the CUDA provider of ${process.platform} ${process.arch} consists of${partly.length === 0 ? '' : ` (there is only ${partly.join(', ')})`}; name the folder that does, such as onnxruntime/capi of Python's onnxruntime-gpu`,
  );
}

function requireVersion(folder: string, version: string): void {
  const found = versionOfLibraries(folder);
  if (found === null) {
    throw new Error(
      `nothing around ${folder} tells of which ONNX Runtime the libraries are, and only those of ${version} fit; leave them in the package they came in, or take them as they are with --force`,
    );
  }
  if (found.version !== version) {
    throw new Error(
      `the libraries in ${folder} are of ONNX Runtime ${found.version} (${found.source}), and only those of ${version} fit; --force takes them all the same`,
    );
  }
}

/** `e_machine` of the ELF header, by what Node.js calls the machine. */
const machines: Readonly<Record<string, number>> = { x64: 0x3e, arm64: 0xb7 };

async function requireMachine(path: string): Promise<void> {
  if (process.platform !== 'linux') return;
  await using file = await open(path);
  const { buffer } = await file.read({ buffer: Buffer.alloc(20), position: 0 });
  if (buffer.toString('latin1', 0, 4) !== '\x7fELF') {
    throw new Error(`${path} is no shared library; was it cut short, or is it a Git LFS pointer?`);
  }
  const machine = buffer.readUInt16LE(18);
  if (machine === machines[process.arch]) return;
  const other = Object.keys(machines).find((name) => machines[name] === machine) ?? `machine ${machine}`;
  throw new Error(`${path} is for ${other}, and this is ${process.arch}`);
}
