import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/analysis/report/report.ts';
import { gatesOf } from '../../src/presentation/gates.ts';
import { measureOf } from '../../src/presentation/measure.ts';
import { count, share } from '../../src/presentation/report-text.ts';
import type { TestServer } from '../support/test-server.ts';
import { type BuiltDashboard, buildDashboard } from './built-dashboard.ts';
import { hasNoChromium, launchChromium, openPage } from './chromium.ts';
import { playPayments, sendPayment, startFraudServer } from './fraud-server.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Other tests share this machine. */
const patient = { timeout: 15_000 };
const screens = [
  { width: 1280, height: 800, colorScheme: 'light' },
  { width: 1280, height: 800, colorScheme: 'dark' },
  { width: 390, height: 844, colorScheme: 'light' },
  { width: 390, height: 844, colorScheme: 'dark' },
] as const;

describe.skipIf(hasNoChromium)('the dashboard in Chromium (skipped without one)', () => {
  let built: BuiltDashboard;
  let server: TestServer;
  let browser: Browser;
  beforeAll(async () => {
    built = await buildDashboard();
    server = await startFraudServer({ dashboard: built.folder });
    await playPayments(server);
    browser = await launchChromium();
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
    await built?.[Symbol.asyncDispose]();
  });

  async function opened(page: Page, query = ''): Promise<Page> {
    await page.goto(`${server.url}/${query}`);
    await page.locator('#segments').waitFor();
    return page;
  }

  it.each(screens)(
    'names the worst segment without scrolling on $width × $height, $colorScheme',
    async ({ width, height, colorScheme }) => {
      await using opening = await openPage(browser, { viewport: { width, height }, colorScheme });
      const page = await opened(opening.page);
      const verdict = page.locator('#verdict');
      expect(await verdict.innerText()).toMatch(
        /^Reject[\s\S]*country=BR: v8 is right \d\d\.\d points less often/,
      );
      const worst = verdict.getByRole('button', { name: 'country=BR' });
      for (const shown of [verdict.locator('h2'), worst, verdict.getByText('regressed')]) {
        const box = await shown.boundingBox();
        expect(box!.y + box!.height).toBeLessThan(height);
      }
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      expect(await page.evaluate('scrollY')).toBe(0);
    },
  );

  it('gives the numbers of the report', async () => {
    const report: Report = await server.report('fraud');
    await using opening = await openPage(browser);
    const page = await opened(opening.page);
    const verdict = await page.locator('#verdict').innerText();
    expect(verdict).toContain(report.verdict.reasons[0]);
    expect(verdict).toContain(share(report.overall.agreement!.estimate));
    expect(verdict).toContain(count(report.overall.n));
    expect(verdict).toContain(count(report.traffic.requests));
    const readiness = await page.locator('#readiness').innerText();
    for (const { gate, text } of gatesOf(report)) {
      expect(readiness).toContain(text);
      expect(readiness).toContain(`${Math.floor(gate.progress * 100)}%`);
    }
    const measure = measureOf(report);
    const rows = await page.locator('#segments [role=row]').allInnerTexts();
    expect(rows).toHaveLength(report.segments.length + 2);
    for (const [i, { segment, block, status, traffic_share }] of report.segments.entries()) {
      const row = rows[i + 2]!.replaceAll(/\s+/g, ' ');
      const expected = [
        `${segment.column}=${segment.value}`,
        share(traffic_share),
        count(block.n),
        measure.versions(block),
        ...(measure.interval(block) === null ? [] : [measure.text(measure.interval(block)!)]),
        status,
      ];
      for (const text of expected) expect(row).toContain(text);
    }
  });

  it.each(screens)('draws all intervals on one scale on $width × $height, $colorScheme', async (screen) => {
    await using opening = await openPage(browser, { viewport: screen });
    const page = await opened(opening.page);
    const places = (await page.evaluate(`[...document.querySelectorAll('#segments [role=row]')].map((row) => {
      const drawn = row.querySelector('[class*=axis]') ?? row.querySelector('[data-status] [class*=line], [class*=line][data-status]');
      const { left, width } = drawn.getBoundingClientRect();
      return Math.round(left) + ' ' + Math.round(width);
    })`)) as string[];
    expect(places.length).toBeGreaterThan(10);
    expect(new Set(places).size).toBe(1);
  });

  it('shows the whole of a segment that is opened', async () => {
    const report: Report = await server.report('fraud');
    const { block, evidence } = report.segments.find(({ segment }) => segment.value === 'BR')!;
    await using opening = await openPage(browser);
    const page = await opened(opening.page);
    await page.locator('#segments').getByRole('button', { name: 'country=BR' }).click();
    const sheet = page.getByRole('dialog', { name: 'country=BR' });
    await sheet.locator('svg[role=img]').waitFor();
    const text = await sheet.innerText();
    for (const expected of [
      `${count(block.accuracy!.gains)} / ${count(block.accuracy!.losses)}`,
      share(block.accuracy!.primary),
      share(block.accuracy!.shadow),
      block.confidence!.psi.toFixed(3),
      block.calibration!.shadow.ece.toFixed(3),
      `threshold ${count(evidence.threshold)}`,
    ]) {
      expect(text).toContain(expected);
    }
  });

  it('keeps what is looked at in the address, and goes back', async () => {
    await using opening = await openPage(browser);
    const page = await opened(opening.page, '?last=24h');
    await page.getByRole('heading', { name: 'Nothing was compared in this time' }).waitFor();
    await page.getByRole('button', { name: /Time window/ }).click();
    await page.getByRole('option', { name: 'All time' }).click();
    await page.locator('#verdict').getByText('country=BR:').waitFor();
    expect(new URL(page.url()).search).toBe('');
    await page.goBack();
    await page.getByRole('heading', { name: 'Nothing was compared in this time' }).waitFor();
    await page.goto(
      `${server.url}/?model=fraud&shadow=8&from=2026-02-02T00:00Z&to=2026-02-04T00:00Z&theme=dark`,
    );
    await page.locator('#verdict').getByText('2026-02-02 00:00').waitFor();
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(15, 17, 21)');
  });

  it('filters and sorts segments', async () => {
    await using opening = await openPage(browser);
    const page = await opened(opening.page);
    const names = () => page.locator('#segments [role=row] button[title]').allInnerTexts();
    const all = await names();
    expect(all[0]).toBe('country=BR');
    await page.getByRole('searchbox', { name: 'Filter segments by name' }).fill('channel');
    await expect.poll(names, patient).toHaveLength(3);
    await page.getByRole('searchbox', { name: 'Filter segments by name' }).fill('');
    await page
      .locator('#segments')
      .getByRole('radio', { name: /regressed/ })
      .click();
    await expect.poll(names, patient).toEqual(['country=BR']);
    await page
      .locator('#segments')
      .getByRole('radio', { name: /regressed/ })
      .click();
    await page.getByRole('button', { name: /Order/ }).click();
    await page.getByRole('option', { name: 'By name' }).click();
    await expect.poll(names, patient).toEqual([...all].sort());
  });

  it('is walked by keyboard: pickers, dialogs, Escape, and the list with arrows', async () => {
    await using opening = await openPage(browser);
    const page = await opened(opening.page);
    const focused = () =>
      page.evaluate('document.activeElement.textContent || document.activeElement.ariaLabel');
    const walked: unknown[] = [];
    for (let i = 0; i < 24; i++) {
      await page.keyboard.press('Tab');
      walked.push(await focused());
    }
    const order = [
      'fraud',
      'v7 → v8',
      'All time',
      'Reject',
      'country=BR',
      'Promote…',
      'Sampling…',
      'Pause…',
      'Samples',
    ];
    const places = order.map((text) => walked.findIndex((one) => String(one).startsWith(text)));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
    // A definition is there on focus, and stays when it is pressed, until Escape.
    await page.locator('#readiness').getByRole('button', { name: 'Power' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Power' }).getByRole('link').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(focused, patient).toBe('Power');
    // The list is one stop; arrows move, Enter opens, Escape returns to the row.
    await page.locator('#segments').getByRole('button', { name: 'country=BR' }).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    const third = await page.locator('#segments [role=row] button[title]').nth(2).innerText();
    await expect.poll(focused, patient).toBe(third);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: third }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(focused, patient).toBe(third);
    // A dialog keeps the focus, and Escape changes nothing.
    await page.getByRole('button', { name: 'Promote…' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Make v8 primary of fraud?' });
    await dialog.waitFor();
    for (let i = 0; i < 12; i++) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate('!!document.activeElement.closest("[role=dialog]")')).toBe(true);
    }
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect((await server.get('/v2/models/fraud/deployment')).json.primary).toBe('7');
  });

  it.each(screens)(
    'keeps nobody out on $width × $height, $colorScheme (axe)',
    async ({ width, height, colorScheme }) => {
      await using opening = await openPage(browser, { viewport: { width, height }, colorScheme });
      const page = await opened(opening.page);
      await page.locator('#label-next').waitFor();
      await page.locator('#agreement svg[role=img]').waitFor();
      await page.evaluate(axe);
      const grave = async () => {
        const { violations } = (await page.evaluate('axe.run()')) as {
          violations: { id: string; impact: string; nodes: { html: string }[] }[];
        };
        return violations
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
      };
      expect(await grave()).toEqual([]);
      await page.getByRole('button', { name: 'Promote…' }).click();
      await page.getByRole('dialog').waitFor();
      expect(await grave()).toEqual([]);
      await page.keyboard.press('Escape');
      await page.locator('#verdict').getByRole('button', { name: 'country=BR' }).click();
      await page.getByRole('dialog').locator('svg[role=img]').waitFor();
      expect(await grave()).toEqual([]);
    },
    60_000,
  );

  it('asks no other host for anything, breaks no rule of its policy, and leads to definitions', async () => {
    await using opening = await openPage(browser);
    const page = await opened(opening.page);
    await page.locator('#label-next').waitFor();
    await page.getByRole('button', { name: 'Promote…' }).click();
    await page.keyboard.press('Escape');
    await page.locator('#readiness').getByRole('button', { name: 'Coverage' }).click();
    const link = page.getByRole('link', { name: 'How it is defined' });
    await page.goto(new URL((await link.getAttribute('href'))!, server.url).href);
    expect(await page.locator('#readiness').innerText()).toBe('readiness');
    expect(opening.requests.map((url) => new URL(url).origin)).toEqual(
      opening.requests.map(() => server.url),
    );
    expect(opening.complaints).toEqual([]);
  });

  it('is there at once: it paints early, and all of it is small', async () => {
    await using opening = await openPage(browser);
    const page = await opened(opening.page);
    await page.locator('#label-next').waitFor();
    await page.waitForLoadState('load');
    const painted = (await page.evaluate(
      'performance.getEntriesByName("first-contentful-paint")[0].startTime',
    )) as number;
    // 0.2 s on an idle machine; tests share theirs.
    expect(painted).toBeLessThan(3000);
    const loaded = (await page.evaluate(
      `[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
        .filter(({ name }) => name.includes('/dashboard/') || new URL(name).pathname === '/')
        .map(({ encodedBodySize }) => encodedBodySize)`,
    )) as number[];
    expect(loaded.length).toBeGreaterThan(5);
    expect(loaded.reduce((sum, size) => sum + size, 0)).toBeLessThan(300_000);
  });

  it('shows new rows within two seconds, as long as what it shows is made in a fifth of one', async () => {
    await using opening = await openPage(browser);
    const page = await opened(opening.page);
    const waits: number[] = [];
    // The best of three: what is measured is the page, not who else uses this machine.
    for (let i = 0; i < 3; i++) {
      const asked = performance.now();
      await server.get('/v2/models/fraud/report');
      await server.get('/v2/models/fraud/timeline');
      const makingMs = performance.now() - asked;
      const before = await page.locator('#verdict').innerText();
      const began = performance.now();
      await sendPayment(server, `new-${i}`);
      await expect
        .poll(() => page.locator('#verdict').innerText(), { timeout: 90_000, interval: 25 })
        .not.toBe(before);
      // Both are made in a tenth of the time: where that takes longer, so does all else.
      waits.push((performance.now() - began) / Math.max(1, makingMs / 200));
    }
    expect(Math.min(...waits)).toBeLessThan(2000);
  }, 300_000);
});
