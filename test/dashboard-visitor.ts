import { equal, match } from "node:assert/strict";

/** Posts without a session. */
export function postJson(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(url, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json", ...headers },
  });
}

/** A browser that has signed in. */
export class Visitor {
  readonly #url: string;
  readonly #cookie: string;
  readonly #csrf: string;

  private constructor(url: string, cookie: string, csrf: string) {
    this.#url = url;
    this.#cookie = cookie;
    this.#csrf = csrf;
  }

  static async signIn(
    url: string,
    credential: { readonly token: string } | { readonly ticket: string },
  ): Promise<Visitor> {
    const answer = await postJson(`${url}/api/sign-in`, credential);
    equal(answer.status, 200);
    const cookie = answer.headers.get("set-cookie") ?? "";
    match(cookie, /^tektite-session-\d+=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/);
    const { csrfToken } = (await answer.json()) as { readonly csrfToken: string };
    return new Visitor(url, cookie.split(";")[0] ?? "", csrfToken);
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return fetch(`${this.#url}${path}`, { headers: { cookie: this.#cookie, ...headers } });
  }

  async json<T>(path: string): Promise<T> {
    return (await (await this.get(path)).json()) as T;
  }

  async text(path: string): Promise<string> {
    return (await this.get(path)).text();
  }

  /** With the session's CSRF token, unless `headers` have another. */
  post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return postJson(`${this.#url}${path}`, body, { cookie: this.#cookie, "x-csrf-token": this.#csrf, ...headers });
  }
}
