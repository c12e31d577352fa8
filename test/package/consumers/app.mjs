import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import DefaultStrategy, * as strategy from 'passport-wechat-oauth2';
import * as emulator from 'wechat-login-emulator';

const require = createRequire(import.meta.url);

function namesOf(module) {
  return Object.keys(module).sort();
}

// Whoever uses import and whoever uses require in one program get the same classes.
for (const [imported, required] of [
  [strategy, require('passport-wechat-oauth2')],
  [emulator, require('wechat-login-emulator')],
]) {
  assert.deepEqual(namesOf(imported), namesOf(required));
  for (const name of namesOf(imported)) assert.equal(imported[name], required[name], name);
}

const { Strategy, WeChatAPIError, WeChatClient, WeChatStrategy } = strategy;
assert.equal(DefaultStrategy, WeChatStrategy);
assert.equal(Strategy, WeChatStrategy);

const [, , { appid }] = emulator.DEFAULT_APPS;
const wechat = emulator.createEmulator();
const { origin } = await wechat.listen();
const client = new WeChatClient({ clientID: appid, clientSecret: 'wrong', apiOrigin: origin });
const { code } = wechat.phone.sendAuth({ appid });
await assert.rejects(client.exchangeCode(code), (error) => error instanceof WeChatAPIError);
await wechat.close();
console.log('logged in');
