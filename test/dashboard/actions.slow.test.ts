import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestServer } from '../support/test-server.ts';
import { type BuiltDashboard, buildDashboard } from './built-dashboard.ts';
import { hasNoChromium, launchChromium, openPage } from './chromium.ts';
import { sendPayment, startFraudServer } from './fraud-server.ts';

const token = 'a-token-of-sixteen-characters';

describe.skipIf(hasNoChromium)('changing roles on the dashboard (skipped without Chromium)', () => {
  let built: BuiltDashboard;
  let browser: Browser;
  beforeAll(async () => {
    built = await buildDashboard();
    browser = await launchChromium();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await built?.[Symbol.asyncDispose]();
  });

  async function opened(page: Page, server: TestServer): Promise<Page> {
    await sendPayment(server, 'first');
    await page.goto(server.url);
    await page.locator('#roles').waitFor();
    return page;
  }

  const rolesOf = async (server: TestServer) => (await server.get('/v2/models/fraud/deployment')).json;

  it('samples, pauses, resumes, promotes and rolls back, each by two clicks and with who and why', async () => {
    await using server = await startFraudServer({ dashboard: built.folder });
    await using opening = await openPage(browser);
    const page = await opened(opening.page, server);
    const dialog = page.getByRole('dialog');
    const revision = async () => (await rolesOf(server)).revision;

    const atFirst = await revision();
    await page.getByRole('button', { name: 'Sampling…' }).click();
    expect(await dialog.innerText()).toContain('Now it is 100%.');
    await dialog.getByLabel('Sample').fill('40%');
    await dialog.getByLabel('Your name').fill('Alice');
    await dialog.getByLabel('Reason').fill('enough rows');
    expect(await revision()).toBe(atFirst);
    await dialog.getByRole('button', { name: 'Change the sample' }).click();
    await page.locator('#roles').getByText('gets 40% of the traffic').waitFor();
    const { shadows, last_change } = await rolesOf(server);
    expect(shadows[0]).toMatchObject({ version: '8', sample: 0.4 });
    expect(last_change).toMatchObject({ by: 'Alice', reason: 'enough rows', action: 'change' });

    await page.getByRole('button', { name: 'Pause…' }).click();
    expect((await rolesOf(server)).shadows[0].paused).toBe(false);
    await dialog.getByRole('button', { name: 'Pause v8' }).click();
    await page.locator('#roles').getByText('paused: gets nothing').waitFor();
    expect((await rolesOf(server)).shadows[0]).toMatchObject({ paused: true, sample: 0.4 });
    await page.getByRole('button', { name: 'Resume…' }).click();
    await dialog.getByRole('button', { name: 'Resume v8' }).click();
    await page.locator('#roles').getByText('gets 40% of the traffic').waitFor();

    await page.getByRole('button', { name: 'Promote…' }).click();
    expect(await dialog.innerText()).toContain('The verdict is “keep shadowing”.');
    expect(await dialog.innerText()).toContain('v7 takes its place as a shadow, with its sample of 40%');
    expect((await rolesOf(server)).primary).toBe('7');
    await dialog.getByRole('button', { name: 'Promote v8' }).click();
    await page.getByText('v8 is primary now, and answers every user.').waitFor();
    expect(await rolesOf(server)).toMatchObject({ primary: '8', rollback_to: '7' });

    await page.getByRole('button', { name: 'Roll back to v7…' }).click();
    expect((await rolesOf(server)).primary).toBe('8');
    await dialog.getByRole('button', { name: 'Roll back to v7' }).click();
    await page.getByText('v7 is primary now, and answers every user.').waitFor();
    expect((await rolesOf(server)).primary).toBe('7');
    expect(opening.complaints).toEqual([]);
  }, 60_000);

  it('says what the server refuses, and undoes nothing that somebody else did meanwhile', async () => {
    await using server = await startFraudServer({ dashboard: built.folder });
    await using opening = await openPage(browser);
    const page = await opened(opening.page, server);
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: 'Sampling…' }).click();
    await dialog.getByLabel('Sample').fill('lots');
    await dialog.getByRole('button', { name: 'Change the sample' }).click();
    expect(await dialog.getByRole('alert').innerText()).toMatch(
      /expected a share from 0% to 100%, such as 25%/,
    );
    const shadows = [{ version: '8', sample: '7%' }];
    expect((await server.put('/v2/models/fraud/deployment', { shadows, by: 'Bob' })).status).toBe(200);
    await dialog.getByLabel('Sample').fill('90%');
    await dialog.getByRole('button', { name: 'Change the sample' }).click();
    await dialog.getByText(/by Bob.*look at them again/i).waitFor();
    expect((await rolesOf(server)).shadows[0].sample).toBe(0.07);
    await page.keyboard.press('Escape');
    await page.locator('#roles').getByText('gets 7% of the traffic').waitFor();
  });

  it('asks for the admin token once', async () => {
    await using server = await startFraudServer({ dashboard: built.folder, admin: { token, always: true } });
    await using opening = await openPage(browser);
    const page = await opened(opening.page, server);
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: 'Pause…' }).click();
    await dialog.getByRole('button', { name: 'Pause v8' }).click();
    const field = dialog.getByLabel('Admin token');
    await field.fill('not-the-one-that-it-is');
    await dialog.getByRole('button', { name: 'Pause v8' }).click();
    await dialog.getByText('This is not the admin token').waitFor();
    await field.fill(token);
    await dialog.getByRole('button', { name: 'Pause v8' }).click();
    await page.locator('#roles').getByText('paused: gets nothing').waitFor();
    await page.getByRole('button', { name: 'Resume…' }).click();
    await dialog.getByRole('button', { name: 'Resume v8' }).click();
    await page.locator('#roles').getByText('gets 100% of the traffic').waitFor();
    expect(page.url()).not.toContain(token);
  });

  it('gives the report as files', async () => {
    await using server = await startFraudServer({ dashboard: built.folder });
    await using opening = await openPage(browser);
    const page = await opened(opening.page, server);
    for (const [name, ending] of [
      ['HTML', 'html'],
      ['JSON', 'json'],
      ['Parquet', 'parquet'],
      ['Markdown', 'md'],
    ] as const) {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name, exact: true }).click(),
      ]);
      expect(download.suggestedFilename()).toMatch(new RegExp(`\\.${ending}$`));
      expect(await download.failure()).toBeNull();
    }
  });
});
