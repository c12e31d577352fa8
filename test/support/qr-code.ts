/** The uuid of the QR code on WeChat's page, with which the phone approves or cancels. */
export function uuidIn(page: string): string {
  const uuid = /\/connect\/qrcode\/([\w-]+)"/.exec(page)?.[1];
  if (uuid === undefined) throw new Error(`no QR code in: ${page.slice(0, 2000)}`);
  return uuid;
}
