import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { shadowSchema } from '../../src/config/deployment.ts';
import { RoleStore } from '../../src/repository/role-store.ts';
import type { RememberedRoles } from '../../src/repository/roles.ts';
import { mlp } from '../support/onnx-models.ts';
import { startTestServer } from '../support/test-server.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'understudy-roles-'));
});
afterEach(() => rm(directory, { recursive: true }));

const path = (): string => join(directory, 'data', 'roles.json');
const shadow = shadowSchema.parse({
  version: 8,
  sample: '12.3456%',
  isolation: 'process',
  memory_limit: '512MiB',
});
const roles: RememberedRoles = {
  ...{ primary: '7', shadows: [shadow], known: ['7', '8'], deploymentHash: null },
  ...{ isOverride: true, formerPrimaries: ['6'], lastChange: null },
};

describe('remembered roles', () => {
  it('are none at first', async () => {
    expect((await RoleStore.open(path())).get('fraud')).toBeNull();
  });

  it('are there again when the file is opened again', async () => {
    const store = await RoleStore.open(path());
    await store.set('fraud', roles);
    await store.set('churn', { ...roles, primary: '1', deploymentHash: 'abc' });
    expect(store.get('fraud')).toEqual(roles);
    const again = await RoleStore.open(path());
    expect(again.get('fraud')).toEqual(roles);
    expect(again.get('churn')).toEqual({ ...roles, primary: '1', deploymentHash: 'abc' });
    expect(again.get('toString')).toBeNull();
  });

  it('keep a budget where one was given instead of a share', async () => {
    const sample = { budget: { kind: 'rows_per_second', rowsPerSecond: 500 }, least: 0.01 } as const;
    const budgeted = { ...roles, shadows: [{ ...shadow, sample }] };
    await (await RoleStore.open(path())).set('fraud', budgeted);
    expect((await RoleStore.open(path())).get('fraud')).toEqual(budgeted);
  });

  it('are read as version 0.1 wrote them', async () => {
    const sample = { budget: { kind: 'share', share: 0.25 }, least: 0.01 };
    const shadows = [
      { version: '8', sample: 0.1 },
      { version: '9', sample },
    ];
    const fraud = { primary: '7', shadows, known: ['7', '8', '9'], deploymentHash: null };
    await mkdir(join(directory, 'data'));
    await writeFile(path(), JSON.stringify({ schema_version: 1, models: { fraud } }));
    expect((await RoleStore.open(path())).get('fraud')).toEqual({
      ...fraud,
      shadows: shadows.map((one) => ({
        ...shadowSchema.parse({ version: one.version }),
        sample: one.sample,
      })),
      ...{ isOverride: false, formerPrimaries: [], lastChange: null },
    });
  });

  it('of several models may be kept at once', async () => {
    const store = await RoleStore.open(path());
    const names = Array.from({ length: 20 }, (_, i) => `model${i}`);
    await Promise.all(names.map((name) => store.set(name, { ...roles, primary: name })));
    const again = await RoleStore.open(path());
    expect(names.map((name) => again.get(name)?.primary)).toEqual(names);
  });

  it('stay as they were where they cannot be written', async () => {
    const store = await RoleStore.open(path());
    await store.set('fraud', roles);
    await mkdir(`${path()}.tmp`);
    await expect(store.set('fraud', { ...roles, primary: '8' })).rejects.toThrow();
    expect(store.get('fraud')).toEqual(roles);
    expect((await RoleStore.open(path())).get('fraud')).toEqual(roles);
  });

  it('leave nothing half-written behind', async () => {
    const store = await RoleStore.open(path());
    await store.set('fraud', roles);
    expect(await readdir(join(directory, 'data'))).toEqual(['roles.json']);
    expect(JSON.parse(await readFile(path(), 'utf8'))).toMatchObject({ schema_version: 1 });
  });

  it.each([
    'not json',
    '{"schema_version":2,"models":{}}',
    '{"schema_version":1,"models":{"fraud":{"primary":7}}}',
    '',
  ])('that are damaged are not guessed: %s', async (text) => {
    const store = await RoleStore.open(path());
    await store.set('fraud', roles);
    await writeFile(path(), text);
    await expect(RoleStore.open(path())).rejects.toThrow(
      /roles\.json is damaged; restore it, or remove it to have roles decided afresh/,
    );
  });

  it('survive a restart of the server, where a new version becomes the shadow and the primary stays', async () => {
    const primaries: unknown[] = [];
    for (const versions of [['7'], ['7', '8'], ['7', '8', '9'], ['7', '8', '9']]) {
      const models = Object.fromEntries(
        versions.map((version) => [`fraud/${version}/model.onnx`, mlp({ seed: Number(version) })]),
      );
      await using server = await startTestServer({ models, directory });
      const { json } = await server.get('/v2/models/fraud');
      primaries.push(json.parameters.roles);
    }
    expect(primaries).toEqual([
      { 7: 'primary' },
      { 7: 'primary', 8: 'shadow' },
      { 7: 'primary', 8: null, 9: 'shadow' },
      { 7: 'primary', 8: null, 9: 'shadow' },
    ]);
  });
});
