import { copyFile, link, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { type FoundModel, type ModelFile, scanRepository } from '../../src/repository/scan.ts';
import { type BenchModel, benchModels } from '../models/catalogue.ts';
import { usualTable } from '../models/embedding-table.ts';
import { temporaryRepository } from '../suite/temporary-repository.ts';
import { instanceGroupOf, type ServedVariant } from './served-variants.ts';

/** A version of a model that can be measured. */
export interface ModelCandidate extends Pick<BenchModel, 'shapes' | 'ranges'> {
  /** Of the case. */
  readonly name: string;
  readonly about: string;
  /** As the server calls it. */
  readonly model: string;
  readonly quick: boolean;
  /** A repository that has it alone, served so. */
  prepare(variant: ServedVariant, seed: number): Promise<AsyncDisposable & { readonly path: string }>;
}

const measured = ['tabular-mlp', 'gradient-boosted-trees', 'bert-mini', 'resnet50'];

/** The bench's own, but for those of hundreds of megabytes: they are written with `bench:models` and measured with --models. */
export function benchCandidates(): readonly ModelCandidate[] {
  return benchModels(usualTable)
    .filter(({ name }) => measured.includes(name))
    .map((model, i) => ({
      ...{ name: model.name, model: model.name, shapes: model.shapes, ranges: model.ranges, quick: i === 0 },
      about: `${model.name}, seeded weights`,
      async prepare(variant, seed) {
        const repository = await temporaryRepository(seed);
        await repository.add(model, model.name, stringify({ instance_group: instanceGroupOf(variant) }));
        return repository;
      },
    }));
}

/** Every version that lies in a folder as the server reads it. Throws with a sentence where there is none. */
export async function userCandidates(directory: string): Promise<readonly ModelCandidate[]> {
  const { models, remarks } = await scanRepository(directory);
  const candidates = models.flatMap((found) =>
    found.versions.map((version) => userCandidate(directory, found, version)),
  );
  if (candidates.length > 0) return candidates;
  throw new Error(`--models ${directory} has no model: ${remarks.join('; ') || 'there is no ONNX file'}`);
}

function userCandidate(
  directory: string,
  { name }: FoundModel,
  { version, path }: ModelFile,
): ModelCandidate {
  return {
    ...{ name: `${name}.v${version}`, model: name, quick: true, shapes: new Map(), ranges: new Map() },
    about: path,
    async prepare(variant) {
      const target = await mkdtemp(join(tmpdir(), 'understudy-bench-models-'));
      try {
        await mkdir(join(target, name));
        await placeVersion(path, join(target, name, version));
        const own = await ownDeployment(join(directory, name, 'deployment.yaml'));
        const served = { primary: version, shadows: [], control: 0, interference_budget: 'off' };
        const deployment = { ...own, ...served, instance_group: instanceGroupOf(variant) };
        await writeFile(join(target, name, 'deployment.yaml'), stringify(deployment));
      } catch (error) {
        await rm(target, { recursive: true, force: true });
        throw error;
      }
      return {
        path: target,
        async [Symbol.asyncDispose]() {
          await rm(target, { recursive: true, force: true });
        },
      };
    },
  };
}

/**
 * The user's files stay where they are and are only read. A folder of one version is linked to; a flat file becomes
 * `model.onnx` in a folder with what lies beside it, since its tensors may.
 */
async function placeVersion(path: string, target: string): Promise<void> {
  if (basename(path) === 'model.onnx') return symlink(resolve(dirname(path)), target, 'dir');
  await mkdir(target);
  const files = await readdir(dirname(path), { withFileTypes: true });
  for (const file of files.filter((one) => one.isFile() && !one.name.endsWith('.onnx'))) {
    await linkOrCopy(join(dirname(path), file.name), join(target, file.name));
  }
  await linkOrCopy(path, join(target, 'model.onnx'));
}

/** A second name for the same file, where both are on one file system. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch {
    // Another file system, or one without links.
    await copyFile(from, to);
  }
}

/** Everything else that the user says of a model stays; empty where there is no file. */
async function ownDeployment(path: string): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
  const parsed = z.record(z.string(), z.unknown()).safeParse(parse(text) ?? {});
  if (parsed.success) return parsed.data;
  throw new Error(`${path} is no deployment.yaml: it must be keys and values`);
}
