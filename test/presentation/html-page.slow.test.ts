import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { htmlReport } from '../../src/presentation/html-report.ts';
import { hostile, simulatedReport } from '../support/simulated-report.ts';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);

describe.skipIf(executablePath === undefined)(
  'the page of a report in Chromium (skipped without one)',
  () => {
    let browser: Browser;
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'understudy-page-'));
      const report = await simulatedReport();
      await writeFile(join(folder, 'plain.html'), htmlReport(report));
      const attack = `<script>document.title='x'</script><img src="http://127.0.0.1:9/x"><b style="color:red">${'long'.repeat(40)}`;
      await writeFile(join(folder, 'hostile.html'), htmlReport(hostile(report, attack)));
      browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox'] });
    });
    afterAll(async () => {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    });

    /** Opens the page, and gathers what it asks for and what its policy forbids. */
    async function open(
      name: string,
      options: { readonly width: number; readonly height: number; readonly colorScheme: 'light' | 'dark' },
    ): Promise<{ page: Page; requests: string[]; complaints: string[] }> {
      const { width, height, colorScheme } = options;
      const page = await browser.newPage({ viewport: { width, height }, colorScheme });
      const requests: string[] = [];
      const complaints: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(pathToFileURL(join(folder, name)).href);
      return { page, requests, complaints };
    }

    const screens = [
      { width: 1280, height: 800, colorScheme: 'light' },
      { width: 1280, height: 800, colorScheme: 'dark' },
      { width: 390, height: 844, colorScheme: 'light' },
      { width: 390, height: 844, colorScheme: 'dark' },
    ] as const;

    it.each(screens)(
      'shows the worst segment without scrolling on $width × $height, $colorScheme',
      async (screen) => {
        const { page, requests, complaints } = await open('plain.html', screen);
        const worst = page.locator('tr.regressed');
        const box = await worst.boundingBox();
        expect(box!.y + box!.height).toBeLessThan(screen.height);
        expect(await worst.innerText()).toMatch(/country=BR[\s\S]*−1\d\.\d \[[\s\S]*regressed/);
        expect(await page.locator('tr.regressed svg').isVisible()).toBe(true);
        const background = await page.evaluate('getComputedStyle(document.body).backgroundColor');
        expect(background).toBe(screen.colorScheme === 'dark' ? 'rgb(19, 21, 25)' : 'rgb(252, 251, 249)');
        expect(requests).toHaveLength(1);
        expect(complaints).toEqual([]);
        await page.close();
      },
    );

    it.each([...screens, { width: 860, height: 900, colorScheme: 'light' }] as const)(
      'never scrolls sideways and runs nothing on $width × $height, $colorScheme',
      async (screen) => {
        const { page, requests, complaints } = await open('hostile.html', screen);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(screen.width);
        expect(await page.title()).toBe('REJECT: fraud v7 → v8');
        expect(requests).toHaveLength(1);
        expect(complaints).toEqual([]);
        await page.close();
      },
    );

    it('prints on paper, dark or not', async () => {
      const { page } = await open('plain.html', screens[1]);
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(
        'rgb(252, 251, 249)',
      );
      const paper = await page.pdf({ format: 'A4' });
      expect(paper.subarray(0, 5).toString()).toBe('%PDF-');
      await page.close();
    });
  },
);
