import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { KubeClient } from "../kube/client.ts";

/** A signed-in visitor. */
export interface Session {
  readonly id: string;
  /** As the API server names the account. */
  readonly userName: string;
  /** Acts with the account's rights. */
  readonly client: KubeClient;
  /** Every form and every changing request must carry it. */
  readonly csrfToken: string;
  /** Aborts when the session ends: streams end with it. */
  readonly ended: AbortSignal;
}

interface Entry {
  readonly session: Session;
  readonly end: AbortController;
  readonly expiresAtMs: number;
  usedAtMs: number;
}

const maxAgeMs = 12 * 60 * 60 * 1000;
const maxIdleMs = 2 * 60 * 60 * 1000;
const maxSessions = 1000;
const ticketAgeMs = 10 * 60 * 1000;

/** Sessions and one-time sign-in tickets, in memory: they end with the process. */
export class Sessions {
  readonly #nowMs: () => number;
  /** By the hash of the id, so that looking one up tells nothing by its duration. */
  readonly #sessions = new Map<string, Entry>();
  readonly #tickets = new Map<string, number>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Signs an account in. The oldest session ends when there are too many. */
  begin(account: { readonly userName: string; readonly client: KubeClient }): Session {
    this.dropExpired();
    const oldest = this.#sessions.keys().next();
    if (this.#sessions.size >= maxSessions && !oldest.done) this.#drop(oldest.value);
    const end = new AbortController();
    const session = { ...account, id: secret(), csrfToken: secret(), ended: end.signal };
    const nowMs = this.#nowMs();
    this.#sessions.set(hash(session.id), { session, end, expiresAtMs: nowMs + maxAgeMs, usedAtMs: nowMs });
    return session;
  }

  /** The session of that id, unless it has expired: 12 hours after sign-in, or 2 hours after its last use. */
  find(id: string): Session | undefined {
    this.dropExpired();
    const entry = this.#sessions.get(hash(id));
    if (entry === undefined) return undefined;
    entry.usedAtMs = this.#nowMs();
    return entry.session;
  }

  end(session: Session): void {
    this.#drop(hash(session.id));
  }

  endAll(): void {
    for (const key of [...this.#sessions.keys()]) this.#drop(key);
  }

  /** A ticket that signs in once, within 10 minutes. */
  issueTicket(): string {
    const ticket = secret();
    this.#tickets.set(hash(ticket), this.#nowMs() + ticketAgeMs);
    return ticket;
  }

  /** Whether the ticket was valid; it no longer is. */
  redeemTicket(ticket: string): boolean {
    const key = hash(ticket);
    const expiresAtMs = this.#tickets.get(key);
    this.#tickets.delete(key);
    return expiresAtMs !== undefined && this.#nowMs() < expiresAtMs;
  }

  /** Ends the sessions whose time is over, and their streams with them. */
  dropExpired(): void {
    const nowMs = this.#nowMs();
    for (const [key, { expiresAtMs, usedAtMs }] of this.#sessions) {
      if (nowMs >= expiresAtMs || nowMs >= usedAtMs + maxIdleMs) this.#drop(key);
    }
  }

  #drop(key: string): void {
    this.#sessions.get(key)?.end.abort();
    this.#sessions.delete(key);
  }
}

/** Whether a request carries the session's CSRF token. */
export function hasCsrfToken(session: Session, given: string | readonly string[] | null | undefined): boolean {
  if (typeof given !== "string") return false;
  return timingSafeEqual(Buffer.from(hash(given)), Buffer.from(hash(session.csrfToken)));
}

function secret(): string {
  return randomBytes(32).toString("base64url");
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
