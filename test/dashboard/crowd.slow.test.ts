import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report, SegmentReport } from '../../src/analysis/report/report.ts';
import type { TestServer } from '../support/test-server.ts';
import { type BuiltDashboard, buildDashboard } from './built-dashboard.ts';
import { hasNoChromium, launchChromium, openPage } from './chromium.ts';
import { playPayments, startFraudServer } from './fraud-server.ts';
import { openFrontDoor } from './front-door.ts';

const many = 10_000;

/** The real report with each of its segments so many times, under other names: more than a server would list. */
function crowded(report: Report): Report {
  const segments = Array.from({ length: many }, (_, i): SegmentReport => {
    const one = report.segments[i % report.segments.length]!;
    return { ...one, segment: { ...one.segment, value: `${one.segment.value} ${i}` } };
  });
  return { ...report, segments };
}

describe.skipIf(hasNoChromium)('the dashboard with 10,000 segments in Chromium (skipped without one)', () => {
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

  it('stays smooth: a bounded page, frames in time while it scrolls, one plot of all', async () => {
    const report = JSON.stringify(crowded(await server.report('fraud')));
    await using door = await openFrontDoor(server.url, ({ url }, response) => {
      if (!url?.includes('/live')) return false;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const hello = {
        server: { name: 'understudy', version: '0' },
        started_at: '2026-02-01T00:00:00Z',
        poll_seconds: 1,
      };
      response.write(`event: hello\ndata: ${JSON.stringify(hello)}\n\nevent: report\ndata: ${report}\n\n`);
      return true;
    });
    await using opening = await openPage(browser);
    const { page } = opening;
    await page.goto(door.url);
    const list = page.locator('#segments [role=rowgroup]').nth(1);
    await list.waitFor({ timeout: 30_000 });
    await page.locator('#segments svg[role=img]').waitFor();
    expect(await page.locator('#segments').innerText()).toContain('10,000');
    expect(
      await page.locator('#segments svg[role=img] path, #segments svg[role=img] rect').count(),
    ).toBeLessThan(500);
    await list.scrollIntoViewIfNeeded();
    const nodes = () => page.evaluate('document.querySelectorAll("*").length') as Promise<number>;
    const before = await nodes();
    expect(before).toBeLessThan(4000);
    const frames = (await page.evaluate(`new Promise((resolve) => {
      const list = document.querySelectorAll('#segments [role=rowgroup]')[1];
      const times = [];
      let last = performance.now();
      const step = (now) => {
        times.push(now - last);
        last = now;
        list.scrollTop += 400;
        if (times.length < 120) requestAnimationFrame(step);
        else resolve(times.slice(1));
      };
      requestAnimationFrame(step);
    })`)) as number[];
    const sorted = [...frames].sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(34);
    expect(await nodes()).toBeLessThan(before + 500);
    await page.evaluate(
      `{ const list = document.querySelectorAll('#segments [role=rowgroup]')[1]; list.scrollTop = list.scrollHeight; }`,
    );
    await page.locator(`#segments [role=row][aria-rowindex="${many + 2}"]`).waitFor();
    await page.getByRole('searchbox').fill('BR 7');
    await expect.poll(() => page.locator('#segments [role=row]').count()).toBeLessThan(60);
    await page.getByText(/ of 10,000/).waitFor();
  }, 60_000);
});
