import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mlp } from '../support/onnx-models.ts';
import { startTestServer } from '../support/test-server.ts';
import { type BuiltDashboard, buildDashboard } from './built-dashboard.ts';
import { hasNoChromium, launchChromium, openPage } from './chromium.ts';
import { sendPayment, startFraudServer } from './fraud-server.ts';
import { openFrontDoor } from './front-door.ts';

describe.skipIf(hasNoChromium)(
  'the dashboard where there is nothing to see (skipped without Chromium)',
  () => {
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

    it('says where models go, when there is none', async () => {
      await using server = await startTestServer({ models: {}, dashboard: built.folder });
      await using opening = await openPage(browser);
      await opening.page.goto(server.url);
      await opening.page.getByRole('heading', { name: 'No model is served yet' }).waitFor();
      expect(await opening.page.locator('main').innerText()).toContain('cp my-v2.onnx models/churn.v2.onnx');
      expect(opening.complaints).toEqual([]);
    });

    it('says how to get a shadow, and goes on when there is one', async () => {
      await using server = await startTestServer({
        models: {
          'churn/1/model.onnx': mlp({ seed: 1 }),
          'churn/2/model.onnx': mlp({ seed: 2 }),
          'churn/deployment.yaml': 'primary: 1\nshadows: []\n',
        },
        dashboard: built.folder,
      });
      await using opening = await openPage(browser);
      const { page } = opening;
      await page.goto(server.url);
      await page.getByRole('heading', { name: 'There is nothing to compare' }).waitFor();
      expect(await page.locator('main').innerText()).toContain('npx understudy shadow add');
      await server.put('/v2/models/churn/deployment', { shadows: [{ version: 2, sample: '100%' }] });
      await page.getByRole('heading', { name: 'Nothing is compared yet' }).waitFor();
      expect(await page.locator('main').innerText()).toContain(`curl -s ${server.url}/predict/churn`);
    });

    it('says that it is disconnected and since when, keeps what it knows, and then that the server was restarted', async () => {
      await using first = await startFraudServer({ dashboard: built.folder });
      await using door = await openFrontDoor(first.url);
      await using opening = await openPage(browser);
      const { page } = opening;
      await sendPayment(first, 'first');
      await page.goto(door.url);
      await page.getByText('live', { exact: true }).waitFor();
      await page.locator('#verdict').waitFor();
      door.leadTo(null);
      const lost = page.getByRole('alert').filter({ hasText: 'Disconnected' });
      await lost.waitFor();
      expect(await lost.innerText()).toContain('start it again: npm start');
      expect(await page.locator('#verdict').isVisible()).toBe(true);
      // The same server again is no restart.
      door.leadTo(first.url);
      await lost.waitFor({ state: 'detached' });
      expect(await page.getByText('The server was restarted').count()).toBe(0);
      door.leadTo(null);
      await lost.waitFor();
      await using second = await startFraudServer({ dashboard: built.folder });
      door.leadTo(second.url);
      const told = page.getByRole('status').filter({ hasText: 'The server was restarted' });
      await told.waitFor();
      expect(await told.innerText()).toContain('load this page again');
      await told.getByRole('button', { name: 'Dismiss' }).click();
      await told.waitFor({ state: 'detached' });
      await page.getByRole('heading', { name: 'Nothing is compared yet' }).waitFor();
    }, 60_000);

    it('keeps the verdict where a part cannot be loaded', async () => {
      await using server = await startFraudServer({ dashboard: built.folder });
      await using opening = await openPage(browser);
      const { page } = opening;
      await sendPayment(server, 'first');
      await page.route(/assets\/agreement-.*\.js/, (route) => route.abort());
      await page.goto(server.url);
      await page.getByText('The part “agreement” could not be loaded.').waitFor();
      expect(await page.locator('#verdict').isVisible()).toBe(true);
      await page.locator('#errors').waitFor();
    });
  },
);
