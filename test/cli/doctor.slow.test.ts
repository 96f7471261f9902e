import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { topics } from '../../src/doctor/finding.ts';
import { temporaryDirectory } from '../log/open-test-log.ts';
import { garbage, int4Output, linearRegression, mlp, throwing } from '../support/onnx-models.ts';
import { startServerProcess, understudy } from '../support/server-process.ts';

const findingsSchema = z.array(
  z.strictObject({
    topic: z.enum(topics),
    status: z.enum(['ok', 'note', 'warning', 'problem']),
    sentence: z.string().min(1),
    mend: z.string().min(1).nullable(),
    details: z.record(z.string(), z.unknown()).optional(),
  }),
);
type Findings = z.output<typeof findingsSchema>;

let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
  mkdirSync(join(directory.path, 'models'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  directory[Symbol.dispose]();
});

function put(path: string, content: Uint8Array | string): string {
  const file = join(directory.path, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

function doctor(...args: readonly string[]) {
  const folders = ['--models', join(directory.path, 'models'), '--data', join(directory.path, 'data')];
  return understudy('doctor', ...folders, '--http-port', '0', ...args);
}

async function findings(...args: readonly string[]): Promise<{ status: number | null; found: Findings }> {
  const { status, stdout, stderr } = await doctor('--json', ...args);
  expect(stderr).toBe('');
  return { status, found: findingsSchema.parse(JSON.parse(stdout)) };
}

const sentences = (found: Findings, topic: Findings[number]['topic']) =>
  found.filter((finding) => finding.topic === topic).map(({ status, sentence }) => `${status}: ${sentence}`);

describe('understudy doctor on a good repository', { timeout: 120_000 }, () => {
  beforeEach(() => {
    put('models/fraud/7/model.onnx', mlp({ seed: 7 }));
    put('models/fraud/8/model.onnx', mlp({ seed: 8 }));
    put('models/price.v1.onnx', linearRegression());
  });

  it('finds no problem, says so for people, and leaves no trace', async () => {
    const { status, stdout, stderr } = await doctor();
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    for (const topic of topics) expect(stdout).toMatch(new RegExp(`^${topic}$`, 'm'));
    expect(stdout).toContain('  ✓  fraud: v7 is primary, shadowed by v8 (25%)\n');
    expect(stdout).not.toContain('✗');
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^(\d+ (warning|note)s?(, )?)+$|^All is well$/);
    expect(existsSync(join(directory.path, 'data'))).toBe(false);
    expect(readdirSync(directory.path)).toEqual(['models']);
  });

  it('prints the same as JSON', async () => {
    const { status, found } = await findings();
    expect(status).toBe(0);
    expect([...new Set(found.map(({ topic }) => topic))]).toEqual([...topics]);
    expect(sentences(found, 'models')).toEqual([
      'ok: fraud: v7 is primary, shadowed by v8 (25%)',
      'ok: price: v1 is primary, without a shadow',
    ]);
    expect(sentences(found, 'port')).toEqual([
      'ok: There is a free port on 127.0.0.1',
      'ok: There is a free port on 127.0.0.1 for gRPC',
    ]);
    expect(sentences(found, 'ONNX Runtime')[0]).toMatch(/^ok: .* a session on the CPU ran$/);
  });

  it('loads and tries every version with --load', async () => {
    put('models/fraud/deployment.yaml', 'instance_group: {execution_provider: cpu}');
    put('models/odd.v1.onnx', throwing());
    const { status, found } = await findings('--load');
    expect(status).toBe(0);
    const models = sentences(found, 'models');
    for (const version of [7, 8]) {
      const loaded = new RegExp(
        `^ok: fraud v${version} loads and runs \\(\\d+ ms and .*, on cpu, classification`,
      );
      expect(models).toContainEqual(expect.stringMatching(loaded));
    }
    expect(models).toContainEqual(expect.stringMatching(/^ok: price v1 loads and runs .* regression/));
    expect(models).toContainEqual(
      expect.stringMatching(/^warning: odd v1 loads .* and ran on none of the inputs made up for it$/),
    );
  });
});

describe('understudy doctor on a broken one', { timeout: 120_000 }, () => {
  it('names every problem with its mend and ends with status 1', async () => {
    put('models/fraud/7/model.onnx', mlp());
    put('models/fraud/8/model.onnx', mlp().subarray(0, 300));
    put('models/noise.v1.onnx', garbage());
    put('models/tiny.v1.onnx', int4Output());
    put('models/typo/1/model.onnx', mlp());
    put('models/typo/deployment.yaml', 'shadow: 8');
    put('models/wanting/1/model.onnx', mlp());
    put('models/wanting/deployment.yaml', 'outputs: {label: nowhere}');
    const { status, found } = await findings('--load');
    expect(status).toBe(1);
    const problems = found.filter((finding) => finding.status === 'problem');
    expect(problems.map(({ topic, sentence }) => `${topic}: ${sentence}`)).toEqual([
      expect.stringMatching(/^models: fraud v8 cannot be served: .* 300 bytes are only a part of one/),
      expect.stringMatching(/^models: noise v1 cannot be served: The file is not an ONNX model/),
      expect.stringMatching(/^models: tiny v1 cannot be served: The output 'y' is a tensor of int4/),
      expect.stringMatching(/^models: typo cannot be served: .*unknown key "shadow"; allowed are primary/),
      expect.stringMatching(/^models: Loading wanting v1 failed: .*"nowhere"/),
    ]);
    for (const { mend } of problems) expect(mend).not.toBeNull();
  });

  it('counts them in its last line', async () => {
    put('models/noise.v1.onnx', garbage());
    const { status, stdout } = await doctor();
    expect(status).toBe(1);
    expect(stdout).toMatch(/ {2}✗ {2}noise v1 cannot be served: [^→]*→ copy the file again, whole/);
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^1 problem(, |$)/);
  });

  it('says that there is no repository', async () => {
    const { status, found } = await findings('--models', join(directory.path, 'nowhere'));
    expect(status).toBe(1);
    expect(sentences(found, 'models')).toEqual([
      expect.stringMatching(/^problem: there is no folder .*nowhere/),
    ]);
  });

  it('says that nothing can be kept where a file is in the place of the data folder', async () => {
    put('models/fraud.v7.onnx', mlp());
    const file = put('data', 'in the way');
    const { status, found } = await findings();
    expect(status).toBe(1);
    expect(sentences(found, 'disk')).toEqual([
      `problem: The data folder ${file} cannot be there: ${file} is a file`,
    ]);
    expect(sentences(found, 'models')).toEqual(['ok: fraud: v7 is primary, without a shadow']);
  });
});

describe('understudy doctor beside a running server', { timeout: 120_000 }, () => {
  it('asks it, and shows what it refused', async () => {
    put('models/fraud/7/model.onnx', mlp({ seed: 7 }));
    put('models/fraud/8/model.onnx', garbage());
    put('models/noise.v1.onnx', garbage());
    await using server = await startServerProcess(directory.path);
    const { port } = new URL(server.url);
    // It answers when its primaries are loaded; shadows come after.
    const shadow = async (): Promise<string> =>
      (await fetch(`${server.url}/v2/models/fraud/versions/8/ready`)).text();
    while ((await shadow()).includes('still loading'))
      await new Promise((resolve) => setTimeout(resolve, 20));
    const { status, found } = await findings('--http-port', port);
    expect(status).toBe(1);
    const [first, ...others] = sentences(found, 'port');
    expect(first).toMatch(/^ok: An Understudy \(\S+\) listens on \S+ and is ready, with 1 of 2 models$/);
    expect(others).toContainEqual(expect.stringMatching(/^problem: It does not run fraud v8: .*ONNX/));
    expect(others).toContainEqual(expect.stringMatching(/^problem: It does not serve noise: .*ONNX/));
    expect((await fetch(`${server.url}/v2/health/ready`)).status).toBe(200);
  });
});

describe('understudy doctor on a machine with a broken graphics driver', { timeout: 120_000 }, () => {
  it.skipIf(process.platform !== 'linux' || !hasCompiler())(
    'survives its crash and tells of it',
    async () => {
      put('models/fraud.v7.onnx', mlp());
      const source = put(
        'driver.cc',
        'extern "C" int vk_icdNegotiateLoaderICDInterfaceVersion(void*) { __builtin_trap(); }',
      );
      const library = join(directory.path, 'libvulkan_broken.so');
      execFileSync(compiler, ['-shared', '-fPIC', source, '-o', library]);
      const manifest = { file_format_version: '1.0.1', ICD: { library_path: library, api_version: '1.3.0' } };
      vi.stubEnv('VK_ICD_FILENAMES', put('broken_icd.json', JSON.stringify(manifest)));
      const { status, found } = await findings();
      const [loader] = sentences(found, 'Vulkan');
      const session = sentences(found, 'ONNX Runtime').find((sentence) => sentence.includes('on webgpu'));
      // Without the loader nobody calls the driver.
      expect(session).toMatch(
        loader?.startsWith('ok') ? /^warning: A session on webgpu ended its process with SIG/ : /failed/,
      );
      expect(status).toBe(0);
    },
  );
});

describe('understudy doctor, used wrongly', { timeout: 120_000 }, () => {
  it('ends with status 2', async () => {
    const { status, stderr } = await doctor('--http-port', 'many');
    expect(stderr).toMatch(/'many' is invalid.* expected a port from 0 to 65535/);
    expect(status).toBe(2);
    expect((await understudy('doctor', '--fix')).status).toBe(2);
  });

  it('explains its options and statuses with --help', async () => {
    const { status, stdout } = await understudy('doctor', '--help');
    expect(status).toBe(0);
    for (const option of [
      '--models',
      '--data',
      '--host',
      '--http-port',
      '--grpc-port',
      '--load',
      '--json',
      'Exit status',
    ]) {
      expect(stdout).toContain(option);
    }
  });
});

const compiler = process.env.CXX ?? 'c++';

function hasCompiler(): boolean {
  try {
    execFileSync(process.env.CXX ?? 'c++', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
