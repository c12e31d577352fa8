import { encode } from 'jpeg-js';
import { create } from 'qrcode';

/** Pixels; the size of WeChat's own picture. */
const SIZE = 430;
const QUIET_ZONE = 4;
const QUALITY = 90;

/** A QR code as a JPEG, which is what WeChat serves. */
export function qrPicture(text: string): Buffer {
  const { size, data } = create(text, { errorCorrectionLevel: 'M' }).modules;
  const scale = Math.floor(SIZE / (size + 2 * QUIET_ZONE));
  const margin = (SIZE - size * scale) >> 1;
  const pixels = Buffer.alloc(SIZE * SIZE * 4, 0xff);
  for (let y = 0; y < size * scale; y += 1) {
    for (let x = 0; x < size * scale; x += 1) {
      const dark = data[Math.floor(y / scale) * size + Math.floor(x / scale)];
      if (dark)
        pixels.fill(0, ((y + margin) * SIZE + x + margin) * 4, ((y + margin) * SIZE + x + margin) * 4 + 3);
    }
  }
  return encode({ data: pixels, width: SIZE, height: SIZE }, QUALITY).data;
}
