import { describe, expect, it } from 'vitest';
import { runtimeFindings } from '../../src/doctor/onnx-runtime.ts';
import { type ProviderState, type SessionTrials, trySessions } from '../../src/doctor/try-sessions.ts';

const ran: ProviderState = {
  library: null,
  trial: {
    kind: 'answered',
    answer: {
      ...{ createMilliseconds: 20, runMilliseconds: 0.4, libraries: [] },
      backends: [
        { name: 'cpu', bundled: true },
        { name: 'cuda', bundled: false },
      ],
    },
  },
};
const without: ProviderState = { library: { path: '/ort/cuda.so', installed: false }, trial: null };
const ended = (trial: NonNullable<ProviderState['trial']>, installed = true): ProviderState => ({
  library: { path: '/ort/cuda.so', installed },
  trial,
});
const usual: SessionTrials = { cpu: ran, cuda: without, tensorrt: without, webgpu: ran };
const facts = { version: '1.30.0', system: 'linux x64', hasNvidiaGpu: false };
const said = (trials: Partial<SessionTrials>, hasNvidiaGpu = false) =>
  runtimeFindings({ ...facts, hasNvidiaGpu, trials: { ...usual, ...trials } }).map(
    ({ status, sentence }) => `${status}: ${sentence}`,
  );

describe('trying sessions', () => {
  it('runs the CPU provider for real, and says of every other how it ended', async () => {
    const trials = await trySessions();
    expect(trials.cpu.trial).toMatchObject({ kind: 'answered' });
    expect(trials.webgpu.trial).not.toBeNull();
    for (const provider of ['cuda', 'tensorrt'] as const) {
      const { library, trial } = trials[provider];
      expect(trial === null).toBe(library?.installed === false);
    }
  });
});

describe('what is said of ONNX Runtime', () => {
  it('is what runs, and what auto means', () => {
    expect(said({})).toEqual([
      'ok: ONNX Runtime 1.30.0 can do cpu, cuda with libraries of their own; a session on the CPU ran',
      'note: The library of the CUDA provider is not installed, and no NVIDIA GPU was found',
      'ok: A session on webgpu ran (20 ms from nothing to its first answer)',
      'ok: execution_provider: auto means cpu here',
    ]);
  });

  it('warns where there is a GPU and no provider for it', () => {
    expect(said({}, true)[1]).toBe(
      'warning: The library of the CUDA provider is not installed, while there is an NVIDIA GPU',
    );
  });

  it('is that auto means cuda where that runs', () => {
    expect(said({ cuda: ran }, true)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^ok: A session on cuda ran/),
        expect.stringMatching(/auto means cuda/),
      ]),
    );
  });

  it('warns of a provider that crashes or hangs, for it would take the server along', () => {
    const died = ended({ kind: 'died', how: 'SIGSEGV', lastLine: null });
    expect(said({ webgpu: died })[2]).toBe('warning: A session on webgpu ended its process with SIGSEGV');
    const hung = ended({ kind: 'hung', limitMs: 60_000 });
    const [, finding] = runtimeFindings({ ...facts, trials: { ...usual, cuda: hung } });
    expect(finding).toMatchObject({
      status: 'warning',
      sentence: 'A session on cuda gave no answer within 60 s',
      mend: expect.stringMatching(/until then no deployment may ask for cuda$/),
    });
  });

  it('warns of CUDA that fails beside a GPU, and notes what merely is not there', () => {
    const failed = ended({ kind: 'failed', sentence: 'libcudnn.so.9 is missing' });
    expect(said({ cuda: failed }, true)[1]).toBe(
      'warning: A session on cuda failed: libcudnn.so.9 is missing',
    );
    expect(said({ webgpu: failed })[2]).toMatch(/^note: A session on webgpu failed/);
  });

  it('is a problem where not even the CPU works', () => {
    const failed = ended({ kind: 'failed', sentence: 'no such module' });
    expect(said({ cpu: failed })[0]).toBe(
      'problem: ONNX Runtime 1.30.0 does not work: a session on the CPU failed: no such module',
    );
  });
});
