import { CookieStateStore, WeChatStrategy, type WeChatProfile } from 'passport-wechat-oauth2';
import { approve, browser } from '../support/login.js';
import { startEmulator, websiteOptions } from '../support/emulator.js';
import { appWith, profileAsUser } from '../support/express-app.js';

const { wechat, origin } = startEmulator();
const gone = new Error('redis is gone');

/** What a login ends in, whose strategy is made by `make`. */
async function loginErrors(make: () => WeChatStrategy): Promise<unknown[]> {
  const { app, errors } = appWith(make());
  const visitor = browser(app);
  const start = await visitor.get('/auth/wechat');
  if (start.status === 302)
    await visitor.get(await approve(wechat, new URL(start.headers['location'] ?? '')));
  return errors;
}

/** A store whose method is an async function that fails, as an app would write it over a database. */
function failingStore(method: 'store' | 'verify'): object {
  const store = new CookieStateStore({ secret: 's'.repeat(32) });
  const fails = async (_req: unknown, _state: unknown, _meta: unknown, _callback: unknown): Promise<void> => {
    throw gone;
  };
  return {
    store: method === 'store' ? fails : store.store.bind(store),
    verify: method === 'verify' ? fails : store.verify.bind(store),
  };
}

class Throwing extends WeChatStrategy {
  override userProfile(
    token: string,
    done: (error?: unknown, profile?: WeChatProfile) => void,
    login?: never,
  ): void {
    super.userProfile(
      token,
      (error) => {
        if (error) done(error);
        else throw gone;
      },
      login,
    );
  }
}

/** As an app would write it that reads its own database on the way. */
class RejectingInside extends WeChatStrategy {
  override userProfile(token: string, done: (error?: unknown) => void, login?: never): void {
    super.userProfile(
      token,
      async (error) => {
        if (error) done(error);
        else throw gone;
      },
      login,
    );
  }
}

class Rejecting extends WeChatStrategy {
  override userProfile(): Promise<void> {
    return Promise.reject(gone);
  }
}

describe('a callback of the app that fails ends the login with its error, not the process', () => {
  it.each(['store', 'verify'] as const)('an async %s() of a state store that rejects', async (method) => {
    const options = { ...websiteOptions(origin()), store: failingStore(method) };
    // bind() hides the number of parameters, by which a store is called.
    for (const name of ['store', 'verify'] as const) {
      Object.defineProperty((options.store as Record<string, object>)[name], 'length', { value: 4 });
    }
    expect(await loginErrors(() => new WeChatStrategy(options as never, profileAsUser))).toEqual([gone]);
  });

  it.each([
    ['a userProfile whose callback throws', Throwing],
    ['a userProfile whose async callback rejects', RejectingInside],
    ['an async userProfile that rejects', Rejecting],
  ])('%s', async (_, Subclass) => {
    expect(await loginErrors(() => new Subclass(websiteOptions(origin()), profileAsUser))).toEqual([gone]);
  });

  it('a userProfile whose callback throws the error that it received', async () => {
    class Rethrowing extends WeChatStrategy {
      override userProfile(token: string, _done: unknown, login?: never): void {
        super.userProfile(
          token,
          (error) => {
            throw error;
          },
          login,
        );
      }
    }
    wechat.faults.next('userinfo', { errcode: 48001 });
    const errors = await loginErrors(() => new Rethrowing(websiteOptions(origin()), profileAsUser));
    expect(errors).toMatchObject([{ errcode: 48001 }]);
  });

  it('an async skipUserProfile that rejects', async () => {
    const skipUserProfile = async (_token: string, _done: unknown): Promise<boolean> => Promise.reject(gone);
    const options = { ...websiteOptions(origin()), skipUserProfile };
    expect(await loginErrors(() => new WeChatStrategy(options as never, profileAsUser))).toEqual([gone]);
  });

  it.each(['route', 'router', 'database is gone'])(
    'a verify that rejects with the string %s',
    async (text) => {
      const [error] = await loginErrors(
        () => new WeChatStrategy(websiteOptions(origin()), () => Promise.reject(text as unknown as Error)),
      );
      expect(error).toEqual(new Error(`The WeChat login failed: ${text}.`));
    },
  );
});
