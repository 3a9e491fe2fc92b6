import type { Status } from "../../api/object.ts";
import { err, ok, type Result } from "../../result.ts";
import type { Authenticator, PipelineRequest } from "../pipeline.ts";
import { unauthorized } from "../status.ts";
import type { UserInfo } from "../user-info.ts";
import { bearerToken } from "./bearer-token.ts";
import { type ServiceAccountTokens, serviceAccountIssuer } from "./service-account-tokens.ts";
import type { StaticTokens } from "./static-tokens.ts";

/** What a token proved. */
export interface Authenticated {
  readonly user: UserInfo;
  /** The audiences, among those asked for, that the token is good for. */
  readonly audiences: readonly string[];
}

interface CachedUser {
  readonly user: UserInfo;
  readonly untilMs: number;
}

/** How long a checked token is believed, whatever becomes of what it is bound to (spec: kube-api, section 8). */
const cacheMs = 10_000;
const cacheCapacity = 1_024;

/** Finds the user of a bearer token: static tokens first, then service account tokens (spec: kube-api, section 8). */
export class TokenAuthenticator implements Authenticator {
  readonly #statics: StaticTokens;
  readonly #accounts: ServiceAccountTokens;
  readonly #nowMs: () => number;
  /** By token, oldest use first. */
  readonly #cache = new Map<string, CachedUser>();

  constructor(statics: StaticTokens, accounts: ServiceAccountTokens, nowMs: () => number) {
    this.#statics = statics;
    this.#accounts = accounts;
    this.#nowMs = nowMs;
  }

  authenticate(
    request: PipelineRequest,
  ): Result<UserInfo | undefined, Status> | Promise<Result<UserInfo | undefined, Status>> {
    const token = bearerToken(request.headers);
    if (token === undefined) return ok(undefined);
    const known = this.#statics.find(token);
    if (known !== undefined) return ok(withAuthenticated(known));
    const cached = this.#cache.get(token);
    if (cached !== undefined && cached.untilMs > this.#nowMs()) {
      this.#keep(token, cached);
      return ok(cached.user);
    }
    return this.#authenticateAccount(token);
  }

  /** Checks a token for TokenReview. An error is worded for its `status.error`. */
  async review(token: string, audiences: readonly string[]): Promise<Result<Authenticated, string>> {
    const wanted = audiences.length === 0 ? [serviceAccountIssuer] : audiences;
    const known = this.#statics.find(token);
    if (known !== undefined) return ok({ user: withAuthenticated(known), audiences: wanted });
    const verified = await this.#accounts.verify(token, wanted);
    if (verified.ok) return ok({ user: withAuthenticated(verified.value.user), audiences: verified.value.audiences });
    const own = this.#accounts.claims(token) && verified.error !== invalidToken;
    return err(own ? `[${invalidToken}, ${verified.error}]` : invalidToken);
  }

  async #authenticateAccount(token: string): Promise<Result<UserInfo | undefined, Status>> {
    this.#cache.delete(token);
    const verified = await this.#accounts.verify(token, [serviceAccountIssuer]);
    if (!verified.ok) return err(unauthorized());
    const user = withAuthenticated(verified.value.user);
    this.#keep(token, { user, untilMs: Math.min(this.#nowMs() + cacheMs, verified.value.expiresAt * 1000) });
    return ok(user);
  }

  #keep(token: string, cached: CachedUser): void {
    this.#cache.delete(token);
    this.#cache.set(token, cached);
    const oldest = this.#cache.keys().next();
    if (this.#cache.size > cacheCapacity && oldest.done !== true) this.#cache.delete(oldest.value);
  }
}

const invalidToken = "invalid bearer token";

function withAuthenticated(user: UserInfo): UserInfo {
  return user.groups.includes("system:authenticated")
    ? user
    : { ...user, groups: [...user.groups, "system:authenticated"] };
}
