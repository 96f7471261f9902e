import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decimal } from '../../dashboard/src/data/decimal.ts';
import type { LabelNext } from '../../src/analysis/labels/label-next.ts';
import type { Report } from '../../src/analysis/report/report.ts';
import type { Timeline } from '../../src/analysis/timeline/timeline.ts';
import { count, milliseconds, share } from '../../src/presentation/report-text.ts';
import { embedder, linearRegression, type Matrix, mlp, nanOnNegative } from '../support/onnx-models.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { featuresOf, inferBody, sendAll, settled } from '../support/traffic.ts';
import { until } from '../support/until.ts';
import { type BuiltDashboard, buildDashboard } from './built-dashboard.ts';
import { hasNoChromium, launchChromium } from './chromium.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const deployment = (more: string) =>
  `primary: 7\nshadows: [{version: 8, sample: 100%}]\ninterference_budget: off\nreadiness: {label_maturity: 0s}\n${more}`;
const requests = 600;
/** A search for slices begins at 2,000 known rows, and judges by those that come later. */
const sliced = 3200;
const sections = [
  'agreement',
  'errors',
  'confidence',
  'calibration',
  'outcomes',
  'slices',
  'latency',
  'cost',
  'traffic',
  'disagreements',
  'label-next',
];

/** A matrix that turns a vector of four a little. */
const turned = (by: number): Matrix => [
  [1, 0, by, 0],
  [0, 1, 0, 0],
  [0, 0, 1, 0],
  [by, 0, 0, 1],
];

/** The class of the first row of an answer. */
function labelIn(answer: { outputs: { name: string; data: unknown[] }[] }): unknown {
  return answer.outputs.find(({ name }) => name === 'label')!.data[0];
}

describe.skipIf(hasNoChromium)(
  'the sections of the dashboard in Chromium (skipped without one)',
  // Half a minute is short where other tests have the machine, too.
  { timeout: 120_000 },
  () => {
    let server: TestServer;
    let dashboard: BuiltDashboard;
    let browser: Browser;
    beforeAll(async () => {
      dashboard = await buildDashboard();
      server = await startTestServer({
        dashboard: dashboard.folder,
        models: {
          'fraud/7/model.onnx': mlp({ seed: 1 }),
          'fraud/8/model.onnx': mlp({ seed: 2 }),
          'fraud/deployment.yaml': deployment('capture: disagreements\ncontrol: 100%\n'),
          'quiet/7/model.onnx': mlp({ seed: 1 }),
          'quiet/8/model.onnx': nanOnNegative({ seed: 2 }),
          'quiet/deployment.yaml': deployment(''),
          'price/7/model.onnx': linearRegression({ weights: [1, 2, 3, 4] }),
          'price/8/model.onnx': linearRegression({ weights: [1, 2, 3, 5] }),
          'price/deployment.yaml': deployment('task: regression\n'),
          'vector/7/model.onnx': embedder(turned(0)),
          'vector/8/model.onnx': embedder(turned(0.05)),
          'vector/deployment.yaml': deployment('task: embedding\n'),
          'alike/7/model.onnx': mlp({ seed: 1 }),
          'alike/8/model.onnx': mlp({ seed: 1 }),
          'alike/deployment.yaml': deployment(''),
        },
      });
      const answers = await sendAll(sliced, (i) => send('fraud', i));
      for (const model of ['quiet', 'price', 'vector']) await sendAll(requests, (i) => send(model, i));
      await sendAll(20, (i) => send('alike', i));
      await settled(server);
      // In one combination of segments v7 is always right; elsewhere nobody is for long. Every tenth row waits for its label.
      const truth = answers.map(({ json }, i) => ({
        id: `r${i}`,
        label: isWorse(i) ? labelIn(json) : i % 3,
      }));
      await server.post('/v2/models/fraud/labels', { labels: truth.filter((_, i) => i % 10 !== 0) });
      const prices = Array.from({ length: requests / 2 }, (_, i) => ({ id: `r${i}`, label: i % 7 }));
      await server.post('/v2/models/price/labels', { labels: prices });
      browser = await launchChromium();
    }, 240_000);
    afterAll(async () => {
      await browser?.close();
      await server?.[Symbol.asyncDispose]();
      await dashboard?.[Symbol.asyncDispose]();
    });

    const countryOf = (i: number) => (i % 4 === 0 ? 'FR' : 'DE');
    const channelOf = (i: number) => ['web', 'app', 'pos'][i % 3]!;
    const isWorse = (i: number) => countryOf(i) === 'FR' && channelOf(i) === 'app';

    function send(model: string, i: number) {
      const timestamp = new Date(Date.UTC(2026, 2, 1, 12) + i * 200_000).toISOString();
      const parameters = {
        ...{ timestamp, 'segment.country': countryOf(i), 'segment.channel': channelOf(i) },
      };
      return server.post(
        `/v2/models/${model}/infer`,
        inferBody([featuresOf(i)], { id: `r${i}`, parameters }),
      );
    }

    async function open(model: string, width = 1280, last = 'label-next'): Promise<Page> {
      const page = await browser.newPage({ viewport: { width, height: 900 } });
      await page.goto(`${server.url}/?model=${model}`);
      await page.locator('#agreement').waitFor();
      await page.locator(`#${last}`).waitFor();
      // What is asked of the server on its own account is asked once it is seen.
      for (const id of ['disagreements', 'label-next']) {
        const place = page.locator(`#${id}`);
        if ((await place.count()) === 0) continue;
        await place.scrollIntoViewIfNeeded();
        await place.getByText(/^Looking/).waitFor({ state: 'detached' });
      }
      return page;
    }

    const textOf = (page: Page, id: string) => page.locator(`#${id}`).innerText();

    it('give the numbers of the report', async () => {
      await using page = await open('fraud');
      const report: Report = await server.report('fraud');
      const { agreement, confidence, calibration, latency_ms: latency, resources } = report.overall;
      const agreed = await textOf(page, 'agreement');
      expect(agreed).toContain(`${share(agreement!.estimate)} [${share(agreement!.lower)}, `);
      expect(agreed).toContain(decimal(agreement!.kappa!, 3));
      const sure = await textOf(page, 'confidence');
      for (const drift of ['psi', 'js_distance', 'ks', 'wasserstein'] as const) {
        expect(sure).toContain(confidence![drift].toFixed(3));
      }
      const calibrated = await textOf(page, 'calibration');
      for (const side of ['primary', 'shadow'] as const) {
        expect(calibrated).toContain(calibration![side].ece.toFixed(3));
        expect(calibrated).toContain(calibration![side].brier.toFixed(3));
      }
      const flipped = await page.locator('#outcomes tbody td').allInnerTexts();
      for (const { n } of report.flips!) {
        expect(flipped.some((cell) => cell.startsWith(count(n)))).toBe(true);
      }
      for (const role of ['primary', 'shadow', 'control'] as const) {
        const row = page.locator('#latency tbody tr', { hasText: role });
        const { p50, p90, p99, queue_p50, compute_p50, compute_p90, compute_p99 } = latency![role]!;
        const expected = [p50, p90, p99, queue_p50, compute_p50, compute_p90, compute_p99];
        expect(await row.locator('td').allInnerTexts()).toEqual(expected.map(milliseconds));
      }
      const runs = await page
        .locator('#cost tbody tr', { hasText: 'Rows of a run' })
        .locator('td')
        .allInnerTexts();
      const roles = ['primary', 'shadow', 'control'] as const;
      expect(runs).toEqual([...roles.map((role) => resources![role]!.rows_per_run!.toFixed(1)), '–']);
      const traffic = await textOf(page, 'traffic');
      expect(traffic).toContain(count(report.traffic.rows));
      expect(traffic).toContain('Nothing that was sampled has been dropped.');
    });

    it('draw every plot with its main numbers as its text', async () => {
      await using page = await open('fraud');
      await page.locator('#latency svg[role=img]').nth(2).waitFor();
      const labels = await page
        .locator('svg[role=img]')
        .evaluateAll((plots) => plots.map((plot) => plot.getAttribute('aria-label') ?? ''));
      expect(labels.length).toBeGreaterThanOrEqual(7);
      for (const label of labels) expect(label).toMatch(/\d.*\.$/);
      const { json: timeline } = await server.get('/v2/models/fraud/timeline');
      const last = (timeline as Timeline).running_agreement.at(-1)!;
      expect(labels.find((label) => label.startsWith('Agreement'))).toContain(
        `to ${(100 * last.estimate).toFixed(1)}%`,
      );
      const { p50 } = (await server.report('fraud')).overall.latency_ms!.shadow!;
      expect(labels.find((label) => label.startsWith('Latency'))).toContain(
        `shadow: half take longer than ${milliseconds(p50)} ms`,
      );
    });

    it('draw errors where there are some, and say so where there are none', async () => {
      await using failing = await open('quiet');
      const { errors } = (await server.report('quiet')).overall;
      expect(errors!.shadow.rate).toBeGreaterThan(0.1);
      expect(await textOf(failing, 'errors')).toContain(share(errors!.shadow.rate, 2));
      expect(await failing.locator('#errors svg').textContent()).not.toContain('no errors');
      await using page = await open('fraud');
      await page.locator('#errors svg', { hasText: 'no errors in this window' }).waitFor();
    });

    it('show the inputs of a disagreement when they were captured, else how to capture them', async () => {
      await using page = await open('fraud');
      const { json } = await server.get('/v2/models/fraud/comparisons?disagree=true&limit=1');
      const [newest] = json.comparisons;
      const row = page.locator('#disagreements li', { hasText: newest.request_id }).first();
      await row.getByText('Inputs').click();
      expect(await row.locator('dd').innerText()).toBe(JSON.parse(newest.features).x.join(', '));
      await using other = await open('quiet');
      const text = await textOf(other, 'disagreements');
      expect(text).toContain('capture: disagreements');
      expect(await other.locator('#disagreements details').count()).toBe(0);
    });

    it('keep a label that is entered, and another one in its place', async () => {
      await using page = await open('fraud');
      const before: LabelNext = (await server.get('/v2/models/fraud/label-next')).json;
      const entry = page.locator('#label-next ol > li').first();
      const id = (await entry.locator('span').first().innerText()).trim();
      expect(before.rows.map(({ request_id }) => request_id)).toContain(id);
      await entry.getByRole('button', { name: '1', exact: true }).click();
      await entry.getByText('Kept as 1.').waitFor();
      await entry.getByRole('button', { name: '0', exact: true }).click();
      await entry.getByText('Kept as 0. Send another to correct it.').waitFor();
      const after: LabelNext = (await server.get('/v2/models/fraud/label-next?limit=1000')).json;
      expect(after.rows.map(({ request_id }) => request_id)).not.toContain(id);
      expect(after.unlabelled).toBe(before.unlabelled - 1);
      await page.getByRole('button', { name: 'Get the next ones' }).click();
      await until(async () => !(await textOf(page, 'label-next')).includes(`${id}\n`));
    });

    it('say why a label is not kept', async () => {
      await using page = await open('price');
      const entry = page.locator('#label-next ol > li').first();
      await entry.getByRole('textbox').fill('dear');
      await entry.getByRole('button', { name: 'Keep' }).click();
      await entry.getByText('“dear” is none').waitFor();
      await page.route('**/labels', (route) => route.abort());
      await entry.getByRole('textbox').fill('12.5');
      await entry.getByRole('button', { name: 'Keep' }).click();
      await entry.getByText('the label is not kept').waitFor();
      await page.unroute('**/labels');
      await entry.getByRole('button', { name: 'Keep' }).click();
      await entry.getByText('Kept as 12.5.').waitFor();
    });

    it('show how far a regression is from the truth', async () => {
      await using page = await open('price');
      const { error } = (await server.report('price')).overall;
      const text = await textOf(page, 'outcomes');
      for (const name of ['mae_primary', 'mae_shadow', 'rmse_primary', 'rmse_shadow'] as const) {
        expect(text).toContain(error![name].toPrecision(4));
      }
    });

    it('list the slices that a search found', async () => {
      await using page = await open('fraud');
      const { slices } = await server.report('fraud');
      const rows = page.locator('#slices tbody tr');
      expect(await rows.count()).toBe(slices!.length);
      for (const [place, { conditions, gains, losses, status, n }] of slices!.entries()) {
        const text = await rows.nth(place).innerText();
        for (const { column, value } of conditions) expect(text).toContain(`${column}=${value}`);
        expect(text).toContain(`${count(gains)} gains, ${count(losses)} losses`);
        expect(text).toContain(count(n));
        expect(text).toContain(status);
      }
      expect(slices![0]!.conditions.map(({ value }) => value).sort()).toEqual(['FR', 'app']);
    });

    it('show how much embeddings have in common, and leave out what vectors do not have', async () => {
      await using page = await open('vector', 1280, 'disagreements');
      const { similarity } = (await server.report('vector')).overall;
      const text = await textOf(page, 'outcomes');
      expect(text).toContain(`${similarity!.mean.toFixed(4)} [${similarity!.lower.toFixed(4)}, `);
      expect(text).toContain(similarity!.lengths!.shadow.toPrecision(4));
      expect(await page.locator('#confidence, #calibration, #label-next').count()).toBe(0);
    });

    it.each(['fraud', 'price', 'alike'])('have nothing that axe finds serious, of %s', async (model) => {
      await using page = await open(model);
      await page.evaluate(axe);
      for (const scheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme: scheme });
        const found = await page.evaluate(async (ids) => {
          // biome-ignore lint/suspicious/noExplicitAny: axe puts itself into the page
          const { violations } = await (globalThis as any).axe.run({
            include: ids.map((id: string) => [`#${id}`]),
          });
          return violations
            .filter(({ impact }: { impact: string }) => impact === 'serious' || impact === 'critical')
            .map(({ id, nodes }: { id: string; nodes: { html: string }[] }) => `${id}: ${nodes[0]?.html}`);
        }, sections);
        expect(found).toEqual([]);
      }
    });

    it('say what to do where there is nothing yet', async () => {
      await using page = await open('alike');
      const expected = {
        outcomes: 'The versions have agreed on every row so far.',
        calibration: 'send them to POST /v2/models/alike/labels',
        slices: 'A search begins once 2,000 rows are known',
        disagreements: 'No disagreement is in the log',
        'label-next': 'Every disagreement has its label',
        traffic: 'Set a budget in deployment.yaml',
      };
      for (const [id, sentence] of Object.entries(expected)) {
        await page.locator(`#${id}`, { hasText: sentence }).waitFor();
      }
    });

    it.each(['fraud', 'quiet', 'price', 'alike'])(
      'never make a phone scroll sideways, of %s',
      async (model) => {
        await using page = await open(model, 390);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
      },
    );
  },
);
