import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import packageJson from '../package.json' with { type: 'json' };
import { serveCommand } from '../src/cli/serve.ts';
import { deploymentSchema } from '../src/config/deployment.ts';
import { comparisonColumns } from '../src/log/comparison-columns.ts';
import { resourceColumns } from '../src/log/resource-columns.ts';
import { trafficColumns } from '../src/log/traffic-columns.ts';
import { createMetrics } from '../src/metrics/metrics.ts';
import { startTestServer } from './support/test-server.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');
const pages = ['.', 'docs', 'models'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: folder !== '.' })
    .map((path) => join(folder, String(path)))
    .filter((path) => path.endsWith('.md')),
);

/** The text from a heading to the next one. */
function sectionOf(text: string, heading: string): string {
  return (
    text
      .split(/^#+ /m)
      .find((section) => section.startsWith(`${heading}\n`))
      ?.slice(heading.length) ?? ''
  );
}

/** Cells of every table row whose first cell begins with a name in backticks. */
function rowsIn(text: string): string[][] {
  return [...text.matchAll(/^\| (`.+)\|$/gm)].map(([, row]) =>
    row!.split(/(?<!\\)\|/).map((cell) => cell.trim()),
  );
}

function namesIn(text = ''): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);
}

interface Key {
  readonly path: string;
  readonly standard: unknown;
}

/** Every key that may hold a value: objects stand for their keys, lists and maps for themselves and their entries' keys. */
function keysOf(node: z.core.JSONSchema._JSONSchema | undefined, path: string): Key[] {
  if (typeof node !== 'object') return [];
  const own = { path, standard: node.default };
  const below = (name: string) => (path === '' ? name : `${path}.${name}`);
  if (node.properties) {
    return Object.entries(node.properties).flatMap(([name, child]) => keysOf(child, below(name)));
  }
  if (node.items && !Array.isArray(node.items)) {
    return [own, ...keysOf(node.items, `${path}[]`).filter((key) => key.path !== `${path}[]`)];
  }
  if (node.additionalProperties) {
    return [{ path, standard: undefined }, ...keysOf(node.additionalProperties, `${path}.*`)];
  }
  return [own];
}

/** As GitHub makes anchors. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

describe('the pages', () => {
  it('link to pages and headings that are there', () => {
    const broken = pages.flatMap((from) =>
      [...textOf(from).matchAll(/\]\(([^)\s]+)\)/g)]
        .map(([, link]) => link!)
        .filter((link) => !/^https?:/.test(link))
        .filter((link) => {
          const [path, anchor] = link.split('#');
          const target = path === '' ? from : join(dirname(from), path!);
          if (!existsSync(join(root, target))) return true;
          if (anchor === undefined) return false;
          const headings = [...textOf(target).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
            anchorOf(heading!),
          );
          return !headings.includes(anchor);
        })
        .map((link) => `${from}: ${link}`),
    );
    expect(pages.length).toBeGreaterThan(15);
    expect(broken).toEqual([]);
  });

  it('list every metric with its type, labels and meaning, and no other', () => {
    const { registry: _, ...metrics } = createMetrics();
    const described = z.object({ name: z.string(), help: z.string(), labelNames: z.array(z.string()) });
    const expected = Object.values(metrics).map((metric) => {
      const { name, help, labelNames } = described.parse({ ...metric });
      return [[name], metric.constructor.name.toLowerCase(), labelNames, help];
    });
    const documented = rowsIn(textOf('docs/metrics.md')).map(([name, type, labels, help]) => [
      ...[namesIn(name), type, namesIn(labels), help],
    ]);
    expect(documented).toEqual(expected);
  });

  it('name every key of deployment.yaml with its default, and no other', () => {
    const rows = rowsIn(sectionOf(textOf('docs/models.md'), 'deployment.yaml'));
    const documented = new Map(rows.map(([key, standard]) => [namesIn(key)[0]!, standard]));
    const keys = keysOf(z.toJSONSchema(deploymentSchema, { io: 'input', unrepresentable: 'any' }), '');
    expect([...documented.keys()].sort()).toEqual(keys.map(({ path }) => path).sort());
    const { control, shadows } = deploymentSchema.parse({ shadows: [{ version: 8 }] });
    const defaults = [
      ...keys.filter(({ standard }) => standard !== undefined),
      { path: 'control', standard: control },
      { path: 'shadows[].sample', standard: shadows?.[0]?.sample },
    ];
    expect(defaults.length).toBeGreaterThan(15);
    for (const { path, standard } of defaults) {
      expect(`${path}: ${documented.get(path)}`).toBe(`${path}: \`${String(standard)}\``);
    }
  });

  it('name every option of the server with its default, and no other', () => {
    const rows = rowsIn(sectionOf(textOf('docs/serving.md'), 'Options'));
    const { options } = serveCommand();
    expect(rows.map(([option]) => namesIn(option)[0]!.split(' ')[0])).toEqual(
      options.map(({ long }) => long),
    );
    for (const [i, { long, defaultValue }] of options.entries()) {
      // What a terminal or a unit of bytes makes of it is said in words.
      if (defaultValue === undefined || long === '--log-format' || long === '--body-limit') continue;
      expect(`${long}: ${rows[i]![1]}`).toBe(`${long}: \`${defaultValue}\``);
    }
  });

  it('say of every dependency what it is for', () => {
    const documented = rowsIn(textOf('docs/dependencies.md'));
    const { dependencies, devDependencies } = packageJson;
    expect(documented.map(([name]) => namesIn(name)[0])).toEqual([
      ...Object.keys(dependencies),
      ...Object.keys(devDependencies),
    ]);
    for (const [, purpose] of documented) expect(purpose).not.toBe('');
  });

  it('name every column of the comparison log', () => {
    const text = textOf('docs/comparison-log.md');
    const documented = (heading: string) =>
      new Set(rowsIn(sectionOf(text, heading)).flatMap(([columns]) => namesIn(columns)));
    const columnsOf = (columns: readonly { readonly name: string }[], ...more: string[]) =>
      new Set([...columns.map(({ name }) => name.replace(/^s_/, 'p_')), ...more]);
    expect(documented('comparisons')).toEqual(columnsOf(comparisonColumns, 'seg_<name>'));
    expect(documented('traffic')).toEqual(columnsOf(trafficColumns, 'seg_<name>'));
    expect(documented('resources')).toEqual(columnsOf(resourceColumns));
  });

  it('define every field of the report', () => {
    const fields = [...textOf('src/analysis/report/report.ts').matchAll(/readonly (\w+):/g)].map(
      ([, name]) => name!,
    );
    const defined = new Set(namesIn(textOf('docs/report.md')).flatMap((name) => name.split(/\W+/)));
    expect(fields.length).toBeGreaterThan(80);
    expect(fields.filter((name) => !defined.has(name))).toEqual([]);
  });

  it('define every field of the timeline and of the live events', () => {
    const sources = ['src/analysis/timeline/timeline.ts', 'src/live/live-status.ts'].map(textOf).join('');
    const fields = [...sources.matchAll(/readonly (\w+):/g)].map(([, name]) => name!);
    const defined = new Set(namesIn(textOf('docs/live.md')).flatMap((name) => name.split(/\W+/)));
    expect(fields.length).toBeGreaterThan(50);
    expect(fields.filter((name) => !defined.has(name))).toEqual([]);
  });

  it('list the paths of the server, each of which is there', async () => {
    await using running = await startTestServer({ models: {} });
    const documented = rowsIn(sectionOf(textOf('docs/serving.md'), 'Paths')).map(
      ([path]) => namesIn(path)[0]!,
    );
    const { json } = await running.get('/');
    const listed = Object.keys(z.object({ paths: z.record(z.string(), z.string()) }).parse(json).paths);
    expect(listed.length).toBeGreaterThan(5);
    expect(listed.filter((path) => !documented.includes(path))).toEqual([]);
    for (const line of documented) {
      const [method, path] = line.split(' ');
      const response = await fetch(running.url + path!.replaceAll(/\{\w+\}/g, '1'), { method: method! });
      const answer = await response.text();
      expect(answer, line).not.toContain(`there is no ${method}`);
    }
  });
});
