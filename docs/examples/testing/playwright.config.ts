import { defineConfig } from '@playwright/test';

const { APP_PORT = '3456', EMULATOR_PORT = '4810' } = process.env;
export const APP_URL = `http://localhost:${APP_PORT}`;
export const EMULATOR_URL = `http://127.0.0.1:${EMULATOR_PORT}`;

export default defineConfig({
  testMatch: '*.spec.ts',
  use: { baseURL: APP_URL },
  webServer: [
    { command: `npx wechat-login-emulator --port ${EMULATOR_PORT}`, url: EMULATOR_URL },
    {
      command: 'node ../quick-start.mjs', // your app
      url: APP_URL,
      env: {
        PORT: APP_PORT,
        EMULATOR_URL,
        WECHAT_APP_ID: 'wx1000000000000001',
        WECHAT_APP_SECRET: '10000000000000000000000000000001',
        SESSION_SECRET: 'test',
      },
    },
  ],
});
