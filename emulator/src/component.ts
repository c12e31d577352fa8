import type { Backend } from './backend.js';
import type { EmulatorApp, EmulatorComponent } from './options/apps-and-users.js';

/**
 * The third-party platforms (第三方平台) from WeChat's side: what WeChat pushes to them, and what the
 * administrators of accounts do. A name that the emulator does not know throws an Error that says which there
 * are.
 */
export class ComponentControl {
  private readonly backend: Backend;

  /** @internal */
  constructor(backend: Backend) {
    this.backend = backend;
  }

  /**
   * The `component_verify_ticket` that WeChat pushes to the platform every ten minutes, for
   * `/cgi-bin/component/api_component_token`. It lives for twelve hours.
   *
   * @param componentAppid of the platform; default the first of `components`
   * @example const ticket = wechat.component.ticket();
   */
  ticket(componentAppid?: string): string {
    return this.backend.components.issueTicket(this.requireComponent(componentAppid));
  }

  /**
   * A new `component_access_token`, without the way through the ticket. It lives for two hours by the
   * emulator's clock.
   *
   * @param componentAppid of the platform; default the first of `components`
   * @example const component = { clientID: 'wx5000000000000005', accessToken: () => wechat.component.accessToken() };
   */
  accessToken(componentAppid?: string): string {
    return this.backend.components.issueToken(this.requireComponent(componentAppid));
  }

  /**
   * The administrator of an account authorizes the platform. Lasts until `reset()`.
   *
   * @param appid of the official account or mini program
   * @param componentAppid of the platform; default the first of `components`
   * @example wechat.component.authorize(appid);
   */
  authorize(appid: string, componentAppid?: string): void {
    this.setAuthorized(appid, componentAppid, true);
  }

  /**
   * The administrator of an account withdraws the authorization: calls on its behalf get errcode 61003. Lasts
   * until `reset()`.
   *
   * @param appid of the official account or mini program
   * @param componentAppid of the platform; default the first of `components`
   * @example wechat.component.revoke(appid);
   */
  revoke(appid: string, componentAppid?: string): void {
    this.setAuthorized(appid, componentAppid, false);
  }

  private setAuthorized(appid: string, componentAppid: string | undefined, authorized: boolean): void {
    const component = this.requireComponent(componentAppid);
    this.backend.components.setAuthorized(this.requireApp(appid), component, authorized);
  }

  private requireComponent(appid: string | undefined): EmulatorComponent {
    const { components } = this.backend.options;
    const component = appid === undefined ? components[0] : components.find((each) => each.appid === appid);
    if (component) return component;
    const known = components.map((each) => each.appid).join(', ');
    throw new Error(`there is no such third-party platform; known: ${known === '' ? 'none' : known}`);
  }

  private requireApp(appid: string): EmulatorApp {
    const app = this.backend.app(appid);
    if (app) return app;
    const known = this.backend.options.apps.map((each) => each.appid).join(', ');
    throw new Error(`there is no app of this appid; known: ${known === '' ? 'none' : known}`);
  }
}
