import { createHash } from "node:crypto";
import type { UserInfo } from "../user-info.ts";

/** A token that never expires and whose it is. */
export interface StaticToken {
  readonly token: string;
  readonly user: UserInfo;
}

/** Known tokens by their digest: looking one up takes no time that tells about the others. */
export class StaticTokens {
  readonly #users: ReadonlyMap<string, UserInfo>;

  constructor(tokens: readonly StaticToken[]) {
    this.#users = new Map(tokens.map(({ token, user }) => [digest(token), user]));
  }

  find(token: string): UserInfo | undefined {
    return this.#users.get(digest(token));
  }
}

function digest(token: string): string {
  return createHash("sha256").update(token).digest("base64");
}
