import { expect, test } from '@playwright/test';
import { APP_URL, EMULATOR_URL } from './playwright.config.js';

test('a user scans the QR code and is logged in', async ({ page, request }) => {
  await page.goto('/auth/wechat'); // the app sends the browser to the QR page
  const picture = await page.locator('.js_qrcode_img').getAttribute('src');
  const uuid = picture?.split('/').pop();

  await request.post(`${EMULATOR_URL}/_emulator/phone/approve`, { data: { uuid, user: 'amei' } });

  await page.waitForURL(`${APP_URL}/`); // the QR page has noticed, and has gone to the callback
  await expect(page.locator('body')).toContainText('阿梅🌸');
});

test('a user cancels, and can still scan again', async ({ page, request }) => {
  await page.goto('/auth/wechat');
  const picture = await page.locator('.js_qrcode_img').getAttribute('src');
  const uuid = picture?.split('/').pop();

  await request.post(`${EMULATOR_URL}/_emulator/phone/cancel`, { data: { uuid } });
  await expect(page.locator('#wx_after_cancel')).toBeVisible();

  await request.post(`${EMULATOR_URL}/_emulator/phone/approve`, { data: { uuid } });
  await page.waitForURL(`${APP_URL}/`);
});
