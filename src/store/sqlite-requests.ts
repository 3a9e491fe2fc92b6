/** A value of a column. */
export type SqliteValue = string | number | Uint8Array | null;

/** A row as SQLite gives it. */
export type SqliteRow = Readonly<Record<string, unknown>>;

/** One write: the number of its statement, and the values for it. */
export interface SqliteWrite {
  readonly statement: number;
  readonly values: readonly SqliteValue[];
}

/** How a database file is opened. */
export interface SqliteFileOptions {
  /** Raised whenever an older Tektite could not read what this one writes. */
  readonly version: number;
  /** Whether other connections of this process read the file too; else it is held exclusively. */
  readonly isShared: boolean;
  /** Makes the tables, unless they are there. */
  readonly schema: string;
  /** The texts that writes name by number. */
  readonly statements: readonly string[];
}

/** What a thread is asked, each about one of its databases. */
export type SqliteRequest = { readonly database: number } & (
  | { readonly kind: "open"; readonly file: string; readonly options: SqliteFileOptions }
  | {
      readonly kind: "commit";
      readonly writes: readonly SqliteWrite[];
      /** A write that fails by itself takes no other with it. */
      readonly isEach: boolean;
    }
  | { readonly kind: "read"; readonly sql: string; readonly values: readonly SqliteValue[] }
  | { readonly kind: "close" }
);

/** What it answers, in the order of the requests. */
export type SqliteReply =
  | {
      readonly kind: "committed";
      /** Rows that each write changed, or why it was not done. */
      readonly results: readonly (number | string)[];
      /** How long the transaction took, in milliseconds. */
      readonly ms: number;
    }
  | { readonly kind: "rows"; readonly rows: readonly SqliteRow[] }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "done" };
