import { readFileSync } from 'node:fs';
import type { AxeResults } from 'axe-core';
import { rowsOf } from '../support/matrix.js';
import type { View } from './engines/view.js';

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const ALL_SCREENS = [
  { language: 'en', width: 320, height: 640, zoom: 1, dark: false },
  { language: 'zh-CN', width: 320, height: 640, zoom: 1, dark: true },
  { language: 'en', width: 375, height: 720, zoom: 1, dark: true },
  { language: 'zh-CN', width: 375, height: 720, zoom: 1, dark: false },
  { language: 'en', width: 768, height: 1024, zoom: 1, dark: false },
  { language: 'zh-CN', width: 1280, height: 800, zoom: 1, dark: true },
  { language: 'en', width: 1280, height: 800, zoom: 2, dark: false },
  { language: 'zh-CN', width: 1280, height: 800, zoom: 4, dark: false },
  { language: 'en', width: 1280, height: 800, zoom: 4, dark: true },
];

/**
 * What pages are looked at on. At 400 %, 1280 pixels are 320 of the page's. The narrowest, light in English and dark in
 * Chinese, and the largest letters stand for all.
 */
export const SCREENS = rowsOf(ALL_SCREENS, ({ width, zoom, dark }) => width === 320 || (zoom === 4 && dark));

/** What is a barrier on the page, as axe sees it, and by how much the page is wider than its screen. */
export async function complaints(page: View): Promise<string[]> {
  await page.see('body');
  await page.evaluate(`{${axe}}; true`);
  const { violations } = await page.evaluate<AxeResults>('axe.run()');
  const wider = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  return [
    ...violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
    ...(wider > 0 ? [`${wider} pixels wider than the screen`] : []),
  ];
}
