import type { Browsers } from './engines/describe-engines.js';
import type { Tab, VisitorOptions } from './engines/engine.js';
import type { View } from './engines/view.js';

/** Opens, on a device of its own, what a QR code leads to. */
export async function openPhone(
  { visitor }: Pick<Browsers, 'visitor'>,
  code: View,
  options?: VisitorOptions,
): Promise<Tab> {
  const url = await code.attribute('.js_phone', 'href');
  const phone = await (await visitor(options)).tab();
  await phone.goto(url ?? '');
  return phone;
}

/** Another device scans the code, and its owner answers. */
export async function onPhone(
  browsers: Pick<Browsers, 'visitor'>,
  code: View,
  answer: 'allow' | 'cancel',
  user = 'amei',
): Promise<Tab> {
  const phone = await openPhone(browsers, code);
  await phone.click(`input[value="${user}"]`);
  await phone.click(`button[value="${answer}"]`);
  await phone.see('[role="status"]');
  return phone;
}
