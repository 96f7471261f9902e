import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { suitePage } from '../../../../bench/suite/page/suite-page.ts';
import { madeUpResults } from './made-up-page.ts';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);

describe.skipIf(executablePath === undefined)('the page of a run in Chromium (skipped without one)', () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'understudy-page-'));
    await writeFile(join(folder, 'plain.html'), suitePage(madeUpResults('it')));
    await writeFile(
      join(folder, 'hostile.html'),
      suitePage(madeUpResults(`<img src="http://127.0.0.1:9/x">${'long'.repeat(30)}`)),
    );
    browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each([
    { name: 'plain', width: 1280, colorScheme: 'light' },
    { name: 'plain', width: 390, colorScheme: 'dark' },
    { name: 'hostile', width: 390, colorScheme: 'light' },
  ] as const)(
    'of $name results asks for nothing and does not scroll sideways at $width, $colorScheme',
    async ({ name, width, colorScheme }) => {
      const page = await browser.newPage({ viewport: { width, height: 844 }, colorScheme });
      const requests: string[] = [];
      const complaints: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      page.on('console', (message) => complaints.push(message.text()));
      await page.goto(pathToFileURL(join(folder, `${name}.html`)).href);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      const background = await page.evaluate('getComputedStyle(document.body).backgroundColor');
      expect(background).toBe(colorScheme === 'dark' ? 'rgb(19, 21, 25)' : 'rgb(252, 251, 249)');
      expect(await page.locator('article svg').first().isVisible()).toBe(true);
      expect(requests).toHaveLength(1);
      expect(complaints).toEqual([]);
      await page.close();
    },
  );
});
