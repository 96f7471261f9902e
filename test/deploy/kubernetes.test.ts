import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { graceMs } from '../../src/cli/exit-on-signal.ts';
import { serveCommand } from '../../src/cli/serve.ts';
import { durationMs } from '../../src/config/quantities.ts';

// biome-ignore lint/suspicious/noExplicitAny: manifests have many shapes, and a wrong one is to fail
type Manifest = any;

const folder = fileURLToPath(new URL('../../deploy/kubernetes', import.meta.url));
const overlays = readdirSync(join(folder, 'overlays')).map((name) => `overlays/${name}`);
const canRender = spawnSync('kubectl', ['kustomize', '--help']).status === 0;

const manifestsIn = (text: string): Manifest[] => parseAllDocuments(text).map((one) => one.toJS());
const read = (file: string): Manifest[] => manifestsIn(readFileSync(join(folder, file), 'utf8'));

function render(kustomization: string): Manifest[] {
  const { stdout, stderr, status } = spawnSync('kubectl', ['kustomize', join(folder, kustomization)], {
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, '']);
  return manifestsIn(stdout);
}

const [kustomization] = read('base/kustomization.yaml');
const base: Manifest[] = kustomization.resources.flatMap((file: string) => read(`base/${file}`));
const find = (manifests: Manifest[], kind: string, name = 'understudy'): Manifest =>
  manifests.find((one) => one.kind === kind && one.metadata.name === name);
const options = Object.fromEntries(
  kustomization.configMapGenerator[0].literals.map((literal: string) => literal.split('=')),
);

/** The options of the server's container, with what the ConfigMap says put in, as the server reads them. */
function readOptions(statefulSet: Manifest): Record<string, unknown> {
  const [name, ...args] = statefulSet.spec.template.spec.containers[0].args;
  expect(name).toBe('serve');
  const used = new Set<string>();
  const filled = args.map((arg: string) =>
    arg.replaceAll(/\$\((\w+)\)/g, (_, key: string) => {
      used.add(key);
      return options[key] ?? 'missing from the ConfigMap';
    }),
  );
  expect([...used].sort()).toEqual(Object.keys(options).sort());
  const command = serveCommand().exitOverride();
  const { operands, unknown } = command.parseOptions(filled);
  expect([operands, unknown]).toEqual([[], []]);
  return command.opts();
}

/** What is mounted where, by path. */
function mountsOf(statefulSet: Manifest): Map<string, string> {
  const { volumes, containers } = statefulSet.spec.template.spec;
  const names = [
    ...volumes,
    ...(statefulSet.spec.volumeClaimTemplates ?? []).map((one: Manifest) => one.metadata),
  ];
  const mounts: Manifest[] = containers[0].volumeMounts;
  for (const { name } of mounts) expect(names.map((volume) => volume.name)).toContain(name);
  expect(mounts).toHaveLength(names.length);
  return new Map(mounts.map(({ name, mountPath }) => [mountPath, name]));
}

describe('the manifests for Kubernetes', () => {
  const statefulSet = find(base, 'StatefulSet');
  const pod = statefulSet.spec.template.spec;
  const [container] = pod.containers;

  it('start the server with options that it has, over what is mounted', () => {
    const read = readOptions(statefulSet);
    const mounts = mountsOf(statefulSet);
    expect([mounts.get(String(read.data)), mounts.get(String(read.models))]).toEqual(['data', 'models']);
    expect(mounts.has('/tmp')).toBe(true);
    expect(String(read.adminTokenFile).replace(/\/[^/]*$/, '')).toBe(
      [...mounts].find(([, name]) => name === 'admin')?.[0],
    );
    const ports = Object.fromEntries(
      container.ports.map((port: Manifest) => [port.name, port.containerPort]),
    );
    expect(ports).toEqual({ http: read.httpPort, grpc: read.grpcPort });
  });

  it('find the pods by the labels that they have, and their ports by name', () => {
    const { labels } = statefulSet.spec.template.metadata;
    const selectors = [
      statefulSet.spec.selector.matchLabels,
      find(base, 'PodDisruptionBudget').spec.selector.matchLabels,
      find(base, 'NetworkPolicy').spec.podSelector.matchLabels,
      find(base, 'Service').spec.selector,
      find(base, 'Service', statefulSet.spec.serviceName).spec.selector,
    ];
    for (const selector of selectors) expect(selector).toEqual(labels);
    for (const { spec } of base.filter(({ kind }) => kind === 'Service')) {
      expect(spec.ports.map((port: Manifest) => port.targetPort)).toEqual(['http', 'grpc']);
    }
    for (const probe of [container.startupProbe, container.readinessProbe, container.livenessProbe]) {
      expect(probe.httpGet.port).toBe('http');
    }
  });

  it('leave a pod the time for preStop and for a drain', () => {
    const [program, seconds] = container.lifecycle.preStop.exec.command;
    expect(program).toBe('sleep');
    const drainDelayMs = durationMs.parse(readOptions(statefulSet).drainDelay);
    expect(drainDelayMs).toBeGreaterThan(0);
    expect(pod.terminationGracePeriodSeconds * 1000).toBeGreaterThan(
      Number(seconds) * 1000 + drainDelayMs + graceMs,
    );
    expect(spawnSync(program, ['0']).status).toBe(0);
  });

  it('grant nothing that the server does without', () => {
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(pod.automountServiceAccountToken).toBe(false);
    // Of CPU: a quota counts idle threads, too.
    expect(container.resources.limits).not.toHaveProperty('cpu');
  });
});

describe.skipIf(!canRender)('the overlays (need kubectl to be rendered)', () => {
  it.each(['base', ...overlays])('%s is rendered into a server that starts', (name) => {
    const rendered = render(name);
    const statefulSet = find(rendered, 'StatefulSet');
    readOptions(statefulSet);
    mountsOf(statefulSet);
    const { envFrom, image } = statefulSet.spec.template.spec.containers[0];
    expect(find(rendered, 'ConfigMap', envFrom[0].configMapRef.name)?.data).toEqual(options);
    expect(image).toMatch(name === 'overlays/gpu' ? /^understudy-cuda:/ : /^understudy:/);
  });

  it('tls gives the server a certificate from its Secret, and has the probes speak HTTPS', () => {
    const statefulSet = find(render('overlays/tls'), 'StatefulSet');
    const { tlsCert, tlsKey } = readOptions(statefulSet);
    const [path] = [...mountsOf(statefulSet)].find(([, name]) => name === 'tls') ?? [];
    expect([tlsCert, tlsKey]).toEqual([`${path}/tls.crt`, `${path}/tls.key`]);
    const [container] = statefulSet.spec.template.spec.containers;
    for (const probe of [container.startupProbe, container.readinessProbe, container.livenessProbe]) {
      expect(probe.httpGet.scheme).toBe('HTTPS');
    }
  });

  it('prometheus scrapes each replica once, at a path and a port that are there', () => {
    const rendered = render('overlays/prometheus');
    const { selector, endpoints } = find(rendered, 'ServiceMonitor').spec;
    const isMeant = ({ metadata }: Manifest) =>
      Object.entries(selector.matchLabels).every(([key, value]) => metadata.labels?.[key] === value);
    const scraped = rendered.filter((one) => one.kind === 'Service' && isMeant(one));
    expect(scraped.map(({ metadata }) => metadata.name)).toEqual(['understudy-replicas']);
    expect(endpoints).toMatchObject([{ port: scraped[0].spec.ports[0].name, path: '/metrics' }]);
  });

  it('gpu asks for a GPU', () => {
    const { spec } = find(render('overlays/gpu'), 'StatefulSet').spec.template;
    expect(spec.containers[0].resources.limits).toMatchObject({ 'nvidia.com/gpu': '1' });
  });
});
