import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { KubeClient } from "../kube/client.ts";
import { clientFailure } from "../kube/status.ts";
import type { KubeTransport } from "../kube/transport.ts";
import { err, ok, type Result } from "../result.ts";
import { whoAmI } from "./actions.ts";
import { type Answer, jsonResult, send } from "./answer.ts";
import { answerApiGet, answerApiPost, unknownEndpoint } from "./api-routes.ts";
import { assets } from "./assets.ts";
import { ChangeFeeds } from "./change-feeds.ts";
import { acceptedLanguage, isLanguage, languages } from "./messages/language.ts";
import { answerPageGet, answerPagePost, problem } from "./page-routes.ts";
import { problemPage } from "./pages/layout.ts";
import { loginPage, signedInPage } from "./pages/login-page.ts";
import { hasCsrfToken, type Session, Sessions } from "./sessions.ts";
import { cookiesOf, isSameOrigin, isTrustedHost, pathSegments, readForm, type Visit } from "./visit.ts";

export interface DashboardOptions {
  readonly address: { readonly host: string; readonly port: number };
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
const languageCookieAgeSeconds = 365 * 24 * 60 * 60;
/** Headers and forms are small; only answers take long. */
const requestTimeoutMs = 30_000;

/** Opens the dashboard's own port. The error names the address. */
export async function startDashboard(options: DashboardOptions): Promise<Result<Dashboard, string>> {
  const site = new Site(options);
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
  return ok({
    port: port.value,
    signInPath: () => `/login?ticket=${site.sessions.issueTicket()}`,
    stop: () => {
      site.sessions.endAll();
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
  readonly #feeds = new ChangeFeeds();
  readonly #options: DashboardOptions;
  readonly #hostNames: ReadonlySet<string>;
  port = 0;

  constructor(options: DashboardOptions) {
    this.#options = options;
    this.#hostNames = new Set(options.hostNames);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const cookies: string[] = [];
    const answer = await this.#answer(request, cookies);
    await send(response, answer, { cookies, isHead: request.method === "HEAD" });
  }

  async #answer(request: IncomingMessage, cookies: string[]): Promise<Answer> {
    if (!isTrustedHost(request.headers.host, this.#hostNames)) {
      const status = clientFailure(
        421,
        "BadRequest",
        "this dashboard is not called by that name: allow it with --host-name",
      );
      return jsonResult(err(status));
    }
    const target = request.url ?? "/";
    const url = URL.canParse(target, "http://dashboard") ? new URL(target, "http://dashboard") : undefined;
    const path = target.startsWith("/") && !target.startsWith("//") ? pathSegments(url?.pathname ?? "") : undefined;
    if (url === undefined || path === undefined)
      return jsonResult(err(clientFailure(400, "BadRequest", "malformed path")));
    const method = request.method === "HEAD" ? "GET" : request.method;
    if (method !== "GET" && method !== "POST") {
      return jsonResult(err(clientFailure(405, "MethodNotAllowed", "the dashboard answers GET and POST")));
    }
    if (path[0] === "assets" && path.length === 2 && method === "GET") {
      const asset = assets.get(path[1] ?? "");
      if (asset !== undefined) return { kind: "text", contentType: asset.contentType, body: asset.text };
    }
    const sent = cookiesOf(request);
    const visit = this.#visit(request, { url, path, method, sent, cookies });
    const session = this.sessions.find(sent.get(this.#cookieName) ?? "");
    if (path[0] === "login" && path.length === 1) return this.#login(request, visit, cookies);
    const isApi = path[0] === "api";
    if (session === undefined) {
      if (isApi) return jsonResult(err(clientFailure(401, "Unauthorized", "sign in first")));
      return { kind: "redirect", to: `/login?next=${encodeURIComponent(method === "GET" ? target : "/")}` };
    }
    const signedIn = { ...visit, session };
    if (method === "GET") {
      if (!isApi) return answerPageGet(signedIn);
      const lastId = request.headers["last-event-id"];
      const resume = typeof lastId === "string" && lastId !== "" ? lastId : undefined;
      return answerApiGet(signedIn, path.slice(1), { feeds: this.#feeds, lastId: resume });
    }
    const form = await readForm(request);
    const given = request.headers["x-csrf-token"] ?? form?.get("csrf");
    if (form === undefined || !hasCsrfToken(session, given) || !isSameOrigin(request)) {
      const refused = clientFailure(403, "Forbidden", visit.messages.formExpired);
      return isApi ? jsonResult(err(refused)) : problem(signedIn, refused);
    }
    if (isApi) return path.length < 2 ? unknownEndpoint() : answerApiPost(signedIn, path.slice(1), form);
    if (path[0] === "logout" && path.length === 1) return this.#logout(session, cookies);
    return answerPagePost(signedIn, form);
  }

  #visit(
    request: IncomingMessage,
    {
      url,
      path,
      method,
      sent,
      cookies,
    }: {
      readonly url: URL;
      readonly path: readonly string[];
      readonly method: "GET" | "POST";
      readonly sent: ReadonlyMap<string, string>;
      readonly cookies: string[];
    },
  ): Visit {
    const asked = url.searchParams.get("lang") ?? undefined;
    const kept = sent.get("tektite-language");
    if (isLanguage(asked)) {
      cookies.push(`tektite-language=${asked}; Path=/; Max-Age=${languageCookieAgeSeconds}; HttpOnly; SameSite=Strict`);
    }
    const language = isLanguage(asked)
      ? asked
      : isLanguage(kept)
        ? kept
        : acceptedLanguage(request.headers["accept-language"]);
    const namespace = url.searchParams.get("namespace")?.trim() ?? "";
    return {
      method,
      path,
      url,
      namespace: namespace === "" ? undefined : namespace,
      language,
      messages: languages[language],
      isReadOnly: this.#options.isReadOnly,
      nowMs: Date.now(),
      webhooks: this.#options.webhooks,
    };
  }

  async #login(request: IncomingMessage, visit: Visit, cookies: string[]): Promise<Answer> {
    const { messages, url } = visit;
    if (visit.method === "GET") {
      const ticket = url.searchParams.get("ticket");
      const next = localPath(url.searchParams.get("next"));
      if (ticket === null) return { kind: "page", status: 200, content: loginPage(visit, { next }) };
      if (request.method === "HEAD" || !this.sessions.redeemTicket(ticket)) {
        return { kind: "page", status: 401, content: loginPage(visit, { next, problem: messages.usedTicket }) };
      }
      const signedIn = await this.#begin(this.#options.operator, cookies);
      if (!signedIn.ok) return { kind: "page", status: 502, content: problemPage(visit, signedIn.error) };
      return { kind: "page", status: 200, content: signedInPage(visit) };
    }
    const form = await readForm(request);
    const next = localPath(form?.get("next"));
    // There is no session yet whose token a form could carry: the browser must say that it is our own page.
    if (form === undefined || !isSameOrigin(request)) {
      return { kind: "page", status: 403, content: loginPage(visit, { next, problem: messages.formExpired }) };
    }
    const token = form.get("token")?.trim() ?? "";
    const wrong = {
      kind: "page",
      status: 401,
      content: loginPage(visit, { next, problem: messages.wrongToken }),
    } as const;
    // What is no token cannot be sent as one.
    if (!/^[\w~+/.=-]{1,16384}$/.test(token)) return wrong;
    const signedIn = await this.#begin(this.#options.transportOf(token), cookies);
    if (signedIn.ok) return { kind: "redirect", to: next };
    return signedIn.error.code === 401
      ? wrong
      : { kind: "page", status: 502, content: problemPage(visit, signedIn.error) };
  }

  /** Asks the API server who it is, and begins the session. */
  async #begin(transport: KubeTransport, cookies: string[]): ReturnType<typeof whoAmI> {
    const client = new KubeClient(transport);
    const userName = await whoAmI(client);
    if (!userName.ok) return userName;
    const { id } = this.sessions.begin({ userName: userName.value, client });
    cookies.push(`${this.#cookieName}=${id}; Path=/; Max-Age=${sessionCookieAgeSeconds}; HttpOnly; SameSite=Strict`);
    return userName;
  }

  #logout(session: Session, cookies: string[]): Answer {
    this.sessions.end(session);
    cookies.push(`${this.#cookieName}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict`);
    return { kind: "redirect", to: "/login" };
  }

  /** Browsers send cookies to every port of a host: two dashboards must not take each other's. */
  get #cookieName(): string {
    return `tektite-session-${this.port}`;
  }
}

/** A path of this site to go to after sign-in; the overview for anything else. */
function localPath(next: string | null | undefined): string {
  return next !== null && next !== undefined && /^\/(?![/\\])[^\\\s\u0000-\u001f]*$/.test(next) ? next : "/";
}
