import { decodeGoBase64 } from "../../json/go-base64.ts";
import { decodeGoJson } from "../../json/go-decode.ts";
import { formatGoValue } from "../../json/go-print.ts";
import { isJsonArray, isJsonObject, type JsonValue, member, textMember } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import { fitGoType, type GoStruct, type GoType } from "../go-struct.ts";
import { headerValue } from "../header.ts";
import type { CodeHostResponse, InterceptorEnvironment, InterceptorRequest } from "../interceptor.ts";

/** Why a request to the GitHub API gave nothing. */
export interface GithubFailure {
  /** As go-github words it: `GET <url>: 404 Not Found []`. */
  readonly message: string;
  /** The status of the answer; undefined when there was none or it could not be read. */
  readonly status?: number;
  /** Whether the same request may succeed later. */
  readonly isTemporary: boolean;
}

const text: GoType = { kind: "string" };
const count: GoType = { kind: "int" };

const commitFile: GoStruct = {
  kind: "struct",
  name: "github.CommitFile",
  fields: {
    sha: text,
    filename: text,
    additions: count,
    deletions: count,
    changes: count,
    status: text,
    patch: text,
    blob_url: text,
    raw_url: text,
    contents_url: text,
    previous_filename: text,
  },
};

const user: GoStruct = { kind: "struct", name: "github.User", fields: { login: text } };

const repositoryContent: GoStruct = {
  kind: "struct",
  name: "github.RepositoryContent",
  fields: { type: text, encoding: text, content: text, name: text, path: text, sha: text, size: count },
};

/** GitHub lists 3000 files of a pull request at most, 100 a page; more pages than this come from no GitHub. */
const maxPages = 100;

/**
 * Requests to the GitHub API as Tekton makes them through go-github: same URLs, headers and error texts
 * (spec: event processing, section 7).
 */
export class GithubApi {
  readonly #base: string;
  readonly #token: string;
  readonly #environment: InterceptorEnvironment;

  constructor(base: string, token: string, environment: InterceptorEnvironment) {
    this.#base = base;
    this.#token = token;
    this.#environment = environment;
  }

  /** Names of the files that a pull request changes, over all pages. */
  async pullRequestFiles(
    owner: string,
    name: string,
    number: number,
  ): Promise<Result<readonly string[], GithubFailure>> {
    const path = `${repositoryPath(owner, name)}/pulls/${number}/files`;
    const names: string[] = [];
    let page = 0;
    for (let pages = 0; pages < maxPages; pages++) {
      const answer = await this.#get(`${path}?${page === 0 ? "" : `page=${page}&`}per_page=100`);
      if (!answer.ok) return answer;
      const files = decodeStream(answer.value.body, {
        kind: "list",
        name: "[]*github.CommitFile",
        element: commitFile,
      });
      if (!files.ok) return files;
      for (const file of isJsonArray(files.value) ? files.value : []) {
        const filename = member(file, "filename");
        if (typeof filename !== "string") return unreadable("a changed file has no name");
        names.push(filename);
      }
      page = nextPage(answer.value.headers["link"] ?? "");
      if (page === 0) return ok(names);
    }
    return unreadable(`the list of changed files has more than ${maxPages} pages`);
  }

  /** Whether the user is a public member of the organisation; only the first page is read. No such organisation: no. */
  async isPublicMember(organisation: string, login: string): Promise<Result<boolean, GithubFailure>> {
    const listed = await this.#listsUser(`orgs/${encodeURIComponent(organisation)}/public_members`, login);
    return !listed.ok && listed.error.status === 404 ? ok(false) : listed;
  }

  /** Whether the user is a collaborator of the repository; only the first page is read. */
  isCollaborator(owner: string, name: string, login: string): Promise<Result<boolean, GithubFailure>> {
    return this.#listsUser(`${repositoryPath(owner, name)}/collaborators`, login);
  }

  /** Text of a file on the default branch. */
  async file(owner: string, name: string, path: string): Promise<Result<string, GithubFailure>> {
    const answer = await this.#get(`${repositoryPath(owner, name)}/contents/${path}`);
    if (!answer.ok) return answer;
    const decoded = decodeGoJson(answer.value.body);
    const file = decoded.ok ? fitGoType(decoded.value, repositoryContent) : decoded;
    if (file.ok && isJsonObject(file.value)) return contentOf(file.value);
    const directory = decoded.ok
      ? fitGoType(decoded.value, { kind: "list", name: "[]*github.RepositoryContent", element: repositoryContent })
      : decoded;
    if (directory.ok && isJsonArray(directory.value)) {
      return unreadable(`referenced file inside the Github Repository ${path} is a directory`);
    }
    const reasons = [file, directory].map((result) => (result.ok ? "null" : result.error));
    return unreadable(`unmarshalling failed for both file and directory content: ${reasons.join(" and ")}`);
  }

  async #listsUser(path: string, login: string): Promise<Result<boolean, GithubFailure>> {
    const answer = await this.#get(path);
    if (!answer.ok) return answer;
    const users = decodeStream(answer.value.body, { kind: "list", name: "[]*github.User", element: user });
    if (!users.ok) return users;
    for (const entry of isJsonArray(users.value) ? users.value : []) {
      const name = member(entry, "login");
      if (typeof name !== "string") return unreadable("a user has no login");
      if (name === login) return ok(true);
    }
    return ok(false);
  }

  async #get(path: string): Promise<Result<CodeHostResponse, GithubFailure>> {
    const url = this.#base + path;
    const answer = await this.#environment.codeHost.get(url, {
      ...(this.#token === "" ? {} : { Authorization: `Bearer ${this.#token}` }),
      Accept: "application/vnd.github.v3+json",
      "User-Agent": "go-github",
    });
    if (!answer.ok) return err({ message: `Get "${url}": ${answer.error}`, isTemporary: true });
    const { status, body } = answer.value;
    if (status === 202) {
      return err({ message: "job scheduled on GitHub side; try again later", status, isTemporary: true });
    }
    if (status >= 200 && status <= 299) return answer;
    const isTemporary = status >= 500 || status === 429;
    return err({ message: `GET ${url}: ${status} ${describeError(body)}`, status, isTemporary });
  }
}

/**
 * The API's base URL: github.com's, or that of the GitHub Enterprise host which the event names. The sender chooses
 * that header freely, so a token is only sent to hosts that the operator listed.
 */
export function githubApiBase(
  request: InterceptorRequest,
  token: string,
  environment: InterceptorEnvironment,
): Result<string, string> {
  const host = headerValue(request.header, "X-Github-Enterprise-Host");
  if (host === "") return ok("https://api.github.com/");
  if (!/^[A-Za-z0-9.-]+(?::\d{1,5})?$/.test(host)) return err("X-GitHub-Enterprise-Host is not a host name");
  if (token !== "" && environment.enterpriseHosts?.has(host.toLowerCase()) !== true) {
    return err(`X-GitHub-Enterprise-Host names ${host}, which the token may not be sent to`);
  }
  return ok(`https://${host}/api/v3/`);
}

function repositoryPath(owner: string, name: string): string {
  return `repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
}

function unreadable(message: string): Result<never, GithubFailure> {
  return err({ message, isTemporary: false });
}

/** Decodes an answer as a Go stream decoder does: nothing at all is no error, an early end has another text. */
function decodeStream(body: string, type: GoType): Result<JsonValue, GithubFailure> {
  if (/^[ \t\r\n]*$/.test(body)) return ok(null);
  const decoded = decodeGoJson(body);
  if (!decoded.ok) {
    return unreadable(decoded.error === "unexpected end of JSON input" ? "unexpected EOF" : decoded.error);
  }
  const fitted = fitGoType(decoded.value, type);
  return fitted.ok ? fitted : unreadable(fitted.error);
}

/** The number of the page that a `Link` header calls the next; 0 when there is none. */
function nextPage(link: string): number {
  for (const entry of link.split(",")) {
    const [target = "", ...parameters] = entry.split(";").map((part) => part.trim());
    if (!target.startsWith("<") || !target.endsWith(">")) continue;
    if (!parameters.some((parameter) => parameter === 'rel="next"')) continue;
    const page = URL.parse(target.slice(1, -1))?.searchParams.get("page") ?? "";
    if (/^[1-9]\d{0,6}$/.test(page)) return Number(page);
  }
  return 0;
}

/** `<message> <errors>` of an error answer; both empty when its body is no JSON. */
function describeError(body: string): string {
  const decoded = decodeGoJson(body);
  const answer = decoded.ok ? decoded.value : null;
  const errors = member(answer, "errors");
  const described = (isJsonArray(errors) ? errors : []).map((error) => {
    if (typeof error === "string") return `{Resource: Field: Code: Message:${error}}`;
    const part = (name: string) => textMember(error, name);
    return `{Resource:${part("resource")} Field:${part("field")} Code:${part("code")} Message:${part("message")}}`;
  });
  return `${textMember(answer, "message")} [${described.join(" ")}]`;
}

function contentOf(file: JsonValue): Result<string, GithubFailure> {
  const content = member(file, "content");
  const encoding = member(file, "encoding") ?? "";
  switch (encoding) {
    case "base64":
      if (typeof content !== "string") return unreadable("malformed response: base64 encoding of null content");
      return textOf(content);
    case "":
      return ok(typeof content === "string" ? content : "");
    case "none":
      return unreadable("unsupported content encoding: none");
    default:
      return unreadable(`unsupported content encoding: ${formatGoValue(encoding)}`);
  }
}

function textOf(base64: string): Result<string, GithubFailure> {
  const bytes = decodeGoBase64(base64);
  return bytes.ok ? ok(bytes.value.toString("utf8")) : unreadable(bytes.error);
}
