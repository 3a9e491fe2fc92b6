import { createHash } from "node:crypto";
import { mkdir, stat } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import type { KubeClient } from "../../kube/client.ts";
import { secretValues } from "../../pipelines/credentials.ts";
import { err, ok, type Result } from "../../result.ts";
import { secrets } from "../resources.ts";
import type { ReadDefinition } from "./definition.ts";
import { runGit } from "./git-program.ts";
import {
  type ResolvedObject,
  type Resolver,
  type ResolverError,
  type ResolverRequest,
  textParam,
} from "./resolvers.ts";

export interface GitResolverOptions {
  /** Folder of the mirrors. */
  readonly cacheFolder: string;
  /** Whether `file://` URLs and paths are taken; they reach any repository that this process can read. */
  readonly allowsLocalRepositories: boolean;
}

/** Host of repositories that are given as org and repo. */
const defaultServer = "https://github.com";

/** Definitions in git repositories, through a local mirror that is brought up to date for each request. */
export class GitResolver implements Resolver {
  readonly title = "Git";
  readonly #client: KubeClient;
  readonly #options: GitResolverOptions;
  readonly #readDefinition: ReadDefinition;
  /** One git command at a time works on a mirror. */
  readonly #queues = new Map<string, Promise<unknown>>();

  constructor(client: KubeClient, options: GitResolverOptions, readDefinition: ReadDefinition) {
    this.#client = client;
    this.#readDefinition = readDefinition;
    this.#options = options;
  }

  async resolve(request: ResolverRequest, signal: AbortSignal): Promise<Result<ResolvedObject, ResolverError>> {
    const { params, kind } = request;
    const path = textParam(params, "pathInRepo")?.replace(/^\/+/, "");
    const revision = textParam(params, "revision") ?? "main";
    const url = this.#urlOf(request);
    if (!url.ok) return err({ kind: "invalid", cause: url.error });
    if (path === undefined) {
      return err({ kind: "invalid", cause: "missing required git resolver params: pathInRepo" });
    }
    if (revision.startsWith("-")) return err({ kind: "invalid", cause: `invalid revision: ${revision}` });
    const token = await this.#token(request);
    if (!token.ok) return err({ kind: "failed", cause: token.error });
    const read = await this.#inTurn(url.value, () => this.#read(url.value, revision, path, token.value, signal));
    if (!read.ok) return err({ kind: "failed", cause: read.error });
    const object = this.#readDefinition(read.value.content.toString("utf8"), kind);
    if (!object.ok) return err({ kind: "failed", cause: object.error });
    return ok({
      object: object.value,
      refSource: { uri: `git+${url.value}`, digest: { sha1: read.value.commit }, entryPoint: path },
    });
  }

  #urlOf({ params }: ResolverRequest): Result<string, string> {
    const url = textParam(params, "url");
    const org = textParam(params, "org");
    const repo = textParam(params, "repo");
    if (url !== undefined && org !== undefined) return err("cannot specify both 'url' and 'repo'");
    if (url === undefined) {
      if (repo === undefined) return err("must specify one of 'url' or 'repo'");
      if (org === undefined) return err("'org' is required when 'repo' is specified");
      const server = (textParam(params, "serverURL") ?? defaultServer).replace(/\/+$/, "");
      return ok(`${server}/${org}/${repo}`);
    }
    const isLocal = isAbsolute(url) || url.startsWith("file://");
    const isRemote = /^(https?|ssh|git):\/\/[^-]/.test(url) || /^[\w.-]+@[\w.-]+:[^-]/.test(url);
    if (isRemote || (isLocal && this.#options.allowsLocalRepositories)) return ok(url);
    return err(`invalid git repository url: ${url}`);
  }

  async #token({ params, namespace }: ResolverRequest): Promise<Result<string, string>> {
    const viaUrl = textParam(params, "url") !== undefined;
    const name = textParam(params, viaUrl ? "gitToken" : "token");
    if (name === undefined) return ok("");
    const key = textParam(params, viaUrl ? "gitTokenKey" : "tokenKey") ?? "token";
    const secret = await this.#client.get(secrets, { namespace, name });
    if (!secret.ok) return err(`cannot get API token, secret ${name} not found in namespace ${namespace}`);
    const value = secretValues(secret.value).get(key);
    if (value === undefined)
      return err(`cannot get API token, key ${key} not found in secret ${name} in namespace ${namespace}`);
    return ok(new TextDecoder().decode(value).trim());
  }

  async #read(
    url: string,
    revision: string,
    path: string,
    token: string,
    signal: AbortSignal,
  ): Promise<Result<{ readonly content: Buffer; readonly commit: string }, string>> {
    const mirror = join(
      this.#options.cacheFolder,
      `${createHash("sha256").update(url).digest("hex").slice(0, 32)}.git`,
    );
    const env = authentication(token);
    const known = await exists(join(mirror, "HEAD"));
    const pinned = /^[0-9a-f]{40}$/.test(revision) && known && (await this.#commitOf(mirror, revision, signal));
    if (!pinned) {
      await mkdir(this.#options.cacheFolder, { recursive: true });
      const updated = known
        ? await runGit(["fetch", "--quiet", "--prune", "--force", "origin", "+refs/*:refs/*"], {
            cwd: mirror,
            env,
            signal,
          })
        : await runGit(["clone", "--quiet", "--mirror", "--", url, mirror], { env, signal });
      if (!updated.ok)
        return err(`error resolving repository: git clone error: ${withoutSecret(updated.error, token)}`);
    }
    const commit = await this.#commitOf(mirror, revision, signal);
    if (commit === undefined) return err(`revision error: reference not found: ${revision}`);
    const content = await runGit(["cat-file", "blob", `${commit}:${path}`], { cwd: mirror, signal });
    if (!content.ok) return err(`error opening file ${JSON.stringify(path)}: file does not exist`);
    return ok({ content: content.value, commit });
  }

  async #commitOf(mirror: string, revision: string, signal: AbortSignal): Promise<string | undefined> {
    for (const name of [revision, `refs/heads/${revision}`, `refs/tags/${revision}`]) {
      const found = await runGit(["rev-parse", "--quiet", "--verify", "--end-of-options", `${name}^{commit}`], {
        cwd: mirror,
        signal,
      });
      if (found.ok) return found.value.toString().trim();
    }
    return undefined;
  }

  async #inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#queues.get(key) ?? Promise.resolve()).then(work, work);
    this.#queues.set(key, turn);
    try {
      return await turn;
    } finally {
      if (this.#queues.get(key) === turn) this.#queues.delete(key);
    }
  }
}

/** The token as git's own configuration, so that no process list shows it. */
function authentication(token: string): Readonly<Record<string, string>> {
  if (token === "") return {};
  const basic = Buffer.from(`x-access-token:${token}`).toString("base64");
  return {
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "http.extraHeader",
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
  };
}

function withoutSecret(text: string, token: string): string {
  return token === "" ? text : text.replaceAll(token, "***");
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
