import type { Request } from 'express';
import type { Metadata, StateStore as OAuth2StateStore } from 'passport-oauth2';

/** What a state store receives about the login. */
export interface StateMeta extends Metadata {
  /** Where WeChat sends the user back to; absent in `verify`. */
  callbackURL?: string;
}

/** @inline */
export type StoreCallback = (error: Error | null, handle?: string) => void;
/** @inline */
export type StateVerifyCallback = (error: Error | null, ok?: boolean, stateOrInfo?: unknown) => void;

/** A store that stores your data beside the state, as this package's own two do. */
export interface DataStateStore {
  /** Stores `state` for one login and passes on the handle that goes to WeChat and comes back. */
  store(req: Request, state: unknown, meta: StateMeta, callback: StoreCallback): void;
  /** Says whether this browser began the login of this handle, and hands back what was stored; single-use. */
  verify(req: Request, handle: string, meta: StateMeta, callback: StateVerifyCallback): void;
}

/** Any state store of passport-oauth2. */
export type StateStore = DataStateStore | OAuth2StateStore;
