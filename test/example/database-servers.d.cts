/** A server of one's own, in a temporary folder. */
export interface DatabaseServer {
  /** @returns its URL, for `DATABASE_URL` */
  createDatabase(name: string): Promise<string>;
  start(): Promise<void>;
  end(signal: NodeJS.Signals): Promise<void>;
  /** Still there, but answers nothing. */
  freeze(): void;
  thaw(): void;
  /** Ends it, and removes its folder. */
  stop(): Promise<void>;
}

export interface Installation {
  isInstalled: boolean;
  howTo: string;
  start(): Promise<DatabaseServer>;
}

export const servers: Record<'PostgreSQL' | 'MariaDB', Installation>;
