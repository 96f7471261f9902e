import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mlp } from '../support/onnx-models.ts';
import { seededRandom } from '../support/random.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';
import { type CertainTime, underLoad, wrongAnswers } from '../support/versions-under-load.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'understudy-changes-'));
  const files = {
    ...Object.fromEntries([7, 8, 9].map((seed) => [`fraud/${seed}/model.onnx`, mlp({ seed })])),
    'fraud/deployment.yaml':
      'primary: 7\nshadows: [{version: 8, sample: 100%}, {version: 9, sample: 100%, isolation: process}]\ncontrol: 10%\n',
  };
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, 'models', path)), { recursive: true });
    await writeFile(join(directory, 'models', path), content);
  }
});
afterEach(() => rm(directory, { recursive: true }));

async function change(server: ServerProcess, path: string, body: object, method = 'POST') {
  const response = await fetch(`${server.url}/v2/models/fraud/${path}`, {
    method,
    body: JSON.stringify(body),
  });
  return { status: response.status, json: (await response.json()) as { primary: string; error?: string } };
}

async function told(server: ServerProcess, path: string) {
  return (await (await fetch(`${server.url}/v2/models/fraud/${path}`)).json()) as {
    readonly primary: string;
    readonly revision: number;
    readonly shadows: readonly { readonly state: string }[];
    readonly changes: readonly { readonly revision: number; readonly after: { readonly primary: string } }[];
  };
}

const first = {
  primary: 7,
  shadows: [
    { version: 8, sample: 1 },
    { version: 9, sample: 1, isolation: 'process' },
  ],
};

const threadsOf = ({ child }: ServerProcess): number => readdirSync(`/proc/${child.pid}/task`).length;

async function settledShadows(server: ServerProcess): Promise<void> {
  await until(async () => {
    const { shadows } = await told(server, 'deployment');
    return shadows.every(({ state }) => state === 'running');
  });
}

describe.skipIf(process.platform !== 'linux')(
  '100 changes of all kinds under a load of 64 connections',
  () => {
    it('fail no request, and nothing is answered by the wrong version once the call has returned', {
      timeout: 600_000,
    }, async () => {
      await using server = await startServerProcess(directory);
      await settledShadows(server);
      const threadsBefore = threadsOf(server);
      const random = seededRandom(20_261_126);
      const certain: CertainTime[] = [];
      let [version, fromMs] = ['7', performance.now()];
      const answered = await underLoad(server.url, 'fraud', 64, async (soFar) => {
        for (let i = 0; i < 100; i++) {
          const others = ['7', '8', '9'].filter((one) => one !== version);
          const next = others[Math.floor(random() * others.length)]!;
          certain.push({ version, fromMs, toMs: performance.now() });
          const kind = Math.floor(random() * 4);
          const { status, json } =
            kind === 0
              ? await change(
                  server,
                  'deployment',
                  { shadows: [{ version: next, paused: random() < 0.5 }] },
                  'PUT',
                )
              : kind === 1
                ? await change(server, 'rollback', {})
                : await change(server, 'promote', { version: next });
          // There may be nothing to take back.
          if (kind !== 1 || status !== 409) expect(status, json.error).toBe(200);
          [version, fromMs] = [json.primary ?? version, performance.now()];
          const enough = soFar.length + 64;
          await until(() => soFar.length >= enough);
        }
        certain.push({ version, fromMs, toMs: Number.POSITIVE_INFINITY });
      });
      expect(answered.filter(({ status }) => status !== 200)).toEqual([]);
      const { checked, wrong } = wrongAnswers(answered, certain);
      expect(wrong).toEqual([]);
      expect(checked).toBeGreaterThan(1000);
      // As it began: nothing that was replaced is left.
      await change(server, 'deployment', first, 'PUT');
      await settledShadows(server);
      await until(() => threadsOf(server) <= threadsBefore);
      expect(await server.stop()).toMatchObject({ status: 0 });
    });
  },
);

describe('kill -9 in the middle of changes', () => {
  it('leaves the roles of the last change that was told, or of the one that was under way; the audit log knows of it', {
    timeout: 600_000,
  }, async () => {
    let last = { primary: '7', revision: 0 };
    for (let round = 0; round < 10; round++) {
      const server = await startServerProcess(directory);
      const roles = await told(server, 'deployment');
      expect([last.revision, last.revision + 1]).toContain(roles.revision);
      if (roles.revision === last.revision) expect(roles.primary).toBe(last.primary);
      const { changes } = await told(server, 'audit?limit=1000');
      expect(changes[0]).toMatchObject({ revision: roles.revision, after: { primary: roles.primary } });
      expect(changes.map(({ revision }) => revision)).toEqual(
        Array.from({ length: roles.revision }, (_, i) => roles.revision - i),
      );
      last = roles;
      const flipping = (async () => {
        for (;;) {
          const { status, json } = await change(server, 'promote', { version: last.primary === '7' ? 8 : 7 });
          if (status === 200) last = { primary: json.primary, revision: last.revision + 1 };
        }
      })().catch(() => 'killed');
      await new Promise((resolve) => setTimeout(resolve, 150 + 90 * round));
      await server.kill();
      expect(await flipping).toBe('killed');
    }
    expect(last.revision).toBeGreaterThan(1);
  });
});
