import { defineConfig } from '@playwright/test';

const { APP_PORT = '3456', WECHAT_PORT = '4810' } = process.env;
export const APP = `http://localhost:${APP_PORT}`;
export const WECHAT = `http://127.0.0.1:${WECHAT_PORT}`;

export default defineConfig({
  testMatch: '*.spec.ts',
  use: { baseURL: APP },
  webServer: [
    { command: `npx wechat-login-emulator --port ${WECHAT_PORT}`, url: WECHAT },
    {
      command: 'node ../quick-start.mjs', // your app
      url: APP,
      env: {
        PORT: APP_PORT,
        WECHAT_ORIGIN: WECHAT,
        WECHAT_APP_ID: 'wx1000000000000001',
        WECHAT_APP_SECRET: '10000000000000000000000000000001',
        SESSION_SECRET: 'test',
      },
    },
  ],
});
