import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Status } from "../api/object.ts";
import type { JsonObject } from "../json/value.ts";
import { KubeClient } from "../kube/client.ts";
import { clientFailure } from "../kube/status.ts";
import type { KubeTransport } from "../kube/transport.ts";
import { err, ok, type Result } from "../result.ts";
import { type Answer, jsonResult, send } from "./answer.ts";
import { cookiesOf, isSameOrigin, isTrustedHost, readJsonBody } from "./browser-request.ts";
import { ChangeFeeds } from "./change-feeds.ts";
import { changeStream } from "./change-stream.ts";
import { answerEndpoint } from "./endpoints.ts";
import { PlaygroundThread } from "./playground-thread.ts";
import { RunIndex } from "./run-index.ts";
import { hasCsrfToken, type Session, Sessions } from "./sessions.ts";
import { SiteFiles } from "./site-files.ts";
import type { SessionView } from "./views/session-view.ts";
import { pathSegments, queryText, type Visit } from "./visit.ts";
import { whoAmI } from "./who-am-i.ts";

export interface DashboardOptions {
  readonly address: { readonly host: string; readonly port: number };
  /** Where the built page is. */
  readonly siteFolder: string;
  /** The way to the API server with a visitor's token. */
  readonly transportOf: (token: string) => KubeTransport;
  /** The operator's own way, which one-time links sign in to. */
  readonly operator: KubeTransport;
  /** Names besides `localhost` by which browsers may call the dashboard, lower case. */
  readonly hostNames: readonly string[];
  /** Nothing can be changed through it. */
  readonly isReadOnly: boolean;
  /** Base URL of the shared webhook address. */
  readonly webhooks?: string;
  /** Tells the operator of our own mistakes. */
  readonly log: (message: string) => void;
}

/** A dashboard that answers. */
export interface Dashboard {
  readonly port: number;
  /** Path of a link that signs the operator in, once, within 10 minutes. */
  signInPath(): string;
  stop(): Promise<void>;
}

const sessionCookieAgeSeconds = 12 * 60 * 60;
/** Requests are small; only answers take long. */
const requestTimeoutMs = 30_000;
const expiryCheckMs = 60_000;

/** Opens the dashboard's own port. The error names the address, or how the page is built. */
export async function startDashboard(options: DashboardOptions): Promise<Result<Dashboard, string>> {
  const files = SiteFiles.open(options.siteFolder);
  if (!files.ok) return files;
  const site = new Site(options, files.value);
  const server = createServer({ requestTimeout: requestTimeoutMs, maxHeaderSize: 16 * 1024 }, (request, response) => {
    site.handle(request, response).catch((error: unknown) => {
      options.log(`dashboard: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      if (!response.headersSent) response.writeHead(500, { "content-type": "text/plain" });
      response.end();
    });
  });
  const port = await listen(server, options.address);
  if (!port.ok) return port;
  site.port = port.value;
  // A stream that stays open asks nothing that would notice.
  const expiry = setInterval(() => site.sessions.dropExpired(), expiryCheckMs).unref();
  return ok({
    port: port.value,
    signInPath: () => `/login?ticket=${site.sessions.issueTicket()}`,
    stop: () => {
      clearInterval(expiry);
      site.sessions.endAll();
      site.playground.stop();
      return new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  });
}

function listen(server: Server, { host, port }: DashboardOptions["address"]): Promise<Result<number, string>> {
  return new Promise((resolve) => {
    server.once("error", (error) =>
      resolve(err(`cannot open ${host}:${port}: ${error.message}; choose another address`)),
    );
    server.listen({ host, port }, () => resolve(ok((server.address() as AddressInfo).port)));
  });
}

class Site {
  readonly sessions = new Sessions(Date.now);
  readonly playground = new PlaygroundThread(Date.now);
  readonly #feeds = new ChangeFeeds();
  readonly #options: DashboardOptions;
  readonly #files: SiteFiles;
  readonly #hostNames: ReadonlySet<string>;
  port = 0;

  constructor(options: DashboardOptions, files: SiteFiles) {
    this.#options = options;
    this.#files = files;
    this.#hostNames = new Set(options.hostNames);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const cookies: string[] = [];
    const answer = await this.#answer(request, response, cookies);
    await send(response, answer, { cookies, isHead: request.method === "HEAD" });
  }

  async #answer(request: IncomingMessage, response: ServerResponse, cookies: string[]): Promise<Answer> {
    if (!isTrustedHost(request.headers.host, this.#hostNames)) {
      return refuse(421, "BadRequest", "this dashboard is not called by that name: allow it with --host-name");
    }
    const target = request.url ?? "/";
    const url = URL.canParse(target, "http://dashboard") ? new URL(target, "http://dashboard") : undefined;
    const path = target.startsWith("/") && !target.startsWith("//") ? pathSegments(url?.pathname ?? "") : undefined;
    if (url === undefined || path === undefined) return refuse(400, "BadRequest", "malformed path");
    const method = request.method === "HEAD" ? "GET" : request.method;
    if (method !== "GET" && method !== "POST") {
      return refuse(405, "MethodNotAllowed", "the dashboard answers GET and POST");
    }
    if (path[0] === "api") {
      return this.#answerApi(request, response, { method, query: url.searchParams, path: path.slice(1) }, cookies);
    }
    if (method !== "GET") return refuse(405, "MethodNotAllowed", "pages answer GET; endpoints are below /api/");
    return this.#page(path, request.headers["accept-encoding"]?.toString());
  }

  /** A file of the page, or the page itself: it knows its own paths. */
  async #page(path: readonly string[], acceptEncoding: string | undefined): Promise<Answer> {
    const file = await this.#files.read(path.join("/"), acceptEncoding);
    if (file !== undefined) return { kind: "file", file };
    if (path[0] === "assets") return refuse(404, "NotFound", "there is no such file");
    const page = await this.#files.read("index.html", acceptEncoding);
    return page === undefined ? refuse(404, "NotFound", "the page has gone") : { kind: "file", file: page };
  }

  async #answerApi(
    request: IncomingMessage,
    response: ServerResponse,
    { method, path, query }: Pick<Visit, "path" | "query"> & { readonly method: "GET" | "POST" },
    cookies: string[],
  ): Promise<Answer> {
    const session = this.sessions.find(cookiesOf(request).get(this.#cookieName) ?? "");
    if (method === "POST" && path[0] === "sign-in" && path.length === 1) return this.#signIn(request, cookies);
    if (session === undefined) return refuse(401, "Unauthorized", "sign in first");
    const namespace = queryText({ query }, "namespace");
    const visit: Visit = {
      path,
      query,
      namespace,
      nowMs: Date.now(),
      client: session.client,
      signal: untilGone(response, session),
      // From the feed that the page follows; a program that follows none has them read.
      listRuns: (kind) =>
        (this.#feeds.find(session, namespace)?.runs[kind] ?? new RunIndex(session.client, kind, namespace)).list(),
      tryOut: (input) => this.playground.run(input),
    };
    const own = path.length === 1 ? path[0] : undefined;
    if (method === "GET") {
      if (own === "session") return jsonResult(ok(this.#sessionView(session)));
      if (own !== "changes") return answerEndpoint(visit, { method });
      const lastId = request.headers["last-event-id"];
      const resume = typeof lastId === "string" && lastId !== "" ? lastId : undefined;
      return changeStream(this.#feeds, session, { ...visit, lastId: resume });
    }
    if (!hasCsrfToken(session, request.headers["x-csrf-token"]) || !isSameOrigin(request)) {
      return refuse(403, "Forbidden", "the request does not carry this session's CSRF token: reload the page");
    }
    if (own === "sign-out") return this.#signOut(session, cookies);
    const body = await readJsonBody(request, { isSignedIn: true });
    if (!body.ok) return jsonResult(body);
    return answerEndpoint(visit, { method, body: body.value, isReadOnly: this.#options.isReadOnly });
  }

  /** Takes `ticket`, of a one-time link, or `token`. */
  async #signIn(request: IncomingMessage, cookies: string[]): Promise<Answer> {
    // There is no session yet whose token a request could carry: the browser must say that it is our own page.
    if (!isSameOrigin(request)) return refuse(403, "Forbidden", "the request comes from another site");
    const body = await readJsonBody(request, { isSignedIn: false });
    if (!body.ok) return jsonResult(body);
    const transport = this.#transportFor(body.value);
    if (!transport.ok) return jsonResult(transport);
    const client = new KubeClient(transport.value);
    const userName = await whoAmI(client);
    if (!userName.ok) return jsonResult(userName);
    const session = this.sessions.begin({ userName: userName.value, client });
    cookies.push(
      `${this.#cookieName}=${session.id}; Path=/; Max-Age=${sessionCookieAgeSeconds}; HttpOnly; SameSite=Strict`,
    );
    return jsonResult(ok(this.#sessionView(session)));
  }

  #transportFor({ ticket, token }: JsonObject): Result<KubeTransport, Status> {
    if (typeof ticket === "string") {
      if (this.sessions.redeemTicket(ticket)) return ok(this.#options.operator);
      return err(clientFailure(401, "Unauthorized", "this sign-in link has been used, or is older than 10 minutes"));
    }
    const text = typeof token === "string" ? token.trim() : "";
    // What is no token cannot be sent as one.
    if (!/^[\w~+/.=-]{1,16384}$/.test(text)) {
      return err(clientFailure(401, "Unauthorized", "the API server does not accept this token"));
    }
    return ok(this.#options.transportOf(text));
  }

  #sessionView({ userName, csrfToken }: Session): SessionView {
    return { userName, csrfToken, isReadOnly: this.#options.isReadOnly, webhooks: this.#options.webhooks };
  }

  #signOut(session: Session, cookies: string[]): Answer {
    this.sessions.end(session);
    cookies.push(`${this.#cookieName}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict`);
    return jsonResult(ok({}));
  }

  /** Browsers send cookies to every port of a host: two dashboards must not take each other's. */
  get #cookieName(): string {
    return `tektite-session-${this.port}`;
  }
}

/** Aborts when the reader has gone, or the session has ended. */
function untilGone(response: ServerResponse, { ended }: Session): AbortSignal {
  const gone = new AbortController();
  const end = () => gone.abort();
  if (ended.aborted || response.destroyed) end();
  ended.addEventListener("abort", end);
  response.once("close", () => {
    ended.removeEventListener("abort", end);
    end();
  });
  return gone.signal;
}

function refuse(code: number, reason: string, message: string): Answer {
  return jsonResult(err(clientFailure(code, reason, message)));
}
