import { execFile } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { isJsonObject, type JsonObject, type JsonValue, member } from "../json/value.ts";
import { err, ok, type Result } from "../result.ts";

/** Where an API server is and who we are to it. */
export interface ClusterAccess {
  /** Base URL, such as `https://127.0.0.1:6443`; may have a path. */
  readonly server: string;
  /** PEM; absent means the system's trust. */
  readonly ca?: string;
  readonly insecureSkipTlsVerify: boolean;
  readonly tlsServerName?: string;
  /** PEM of a client certificate and its key. */
  readonly clientCertificate?: { readonly cert: string; readonly key: string };
  /** Called for each request, as tokens in files and from plug-ins change. */
  readonly bearerToken: () => Promise<string | undefined>;
  /** Namespace of the context, or `default`. */
  readonly namespace: string;
}

export interface KubeconfigOptions {
  /** A file; otherwise `$KUBECONFIG`, then `~/.kube/config`. */
  readonly path?: string | undefined;
  readonly context?: string | undefined;
}

/** The files a client reads, in order: the first that defines a name wins. */
function kubeconfigPaths(path: string | undefined): readonly string[] {
  if (path !== undefined) return [path];
  const fromEnvironment = process.env["KUBECONFIG"]?.split(":").filter((entry) => entry !== "") ?? [];
  return fromEnvironment.length > 0 ? fromEnvironment : [join(homedir(), ".kube", "config")];
}

/** Whether there is a file, be it that this account may not look at it: reading it tells why. */
function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

/** Reads a kubeconfig as kubectl does: several files merged, relative paths from each file's folder, exec plug-ins. */
export function loadKubeconfig(options: KubeconfigOptions = {}): Result<ClusterAccess, string> {
  const paths = kubeconfigPaths(options.path).filter(isThere);
  if (paths.length === 0) {
    return err(
      `no kubeconfig found at ${kubeconfigPaths(options.path).join(", ")}: start \`tektite up\` and pass --kubeconfig with the path it prints, or set KUBECONFIG`,
    );
  }
  let currentContext = "";
  const contexts = new Map<string, JsonObject>();
  const clusters = new Map<string, JsonObject>();
  const users = new Map<string, JsonObject>();
  for (const path of paths) {
    let document: JsonValue;
    try {
      document = parse(readFileSync(path, "utf8")) as JsonValue;
    } catch (error) {
      return err(`${path}: ${error instanceof Error ? error.message : String(error)}`);
    }
    if (!isJsonObject(document)) return err(`${path}: not a kubeconfig (a mapping was expected)`);
    if (currentContext === "") currentContext = text(document["current-context"]) ?? "";
    collect(document["contexts"], "context", contexts, path);
    collect(document["clusters"], "cluster", clusters, path);
    collect(document["users"], "user", users, path);
  }
  const name = options.context ?? currentContext;
  const context = contexts.get(name);
  if (context === undefined) {
    return err(
      name === ""
        ? `${paths[0]}: no current-context is set; name one with --context`
        : `${paths[0]}: context "${name}" does not exist (there are: ${[...contexts.keys()].join(", ")})`,
    );
  }
  const cluster = clusters.get(text(context["cluster"]) ?? "");
  if (cluster === undefined)
    return err(`${paths[0]}: cluster "${text(context["cluster"])}" of context "${name}" does not exist`);
  const server = text(cluster["server"]);
  if (server === undefined) return err(`${paths[0]}: cluster "${text(context["cluster"])}" has no server`);
  const user = users.get(text(context["user"]) ?? "") ?? {};
  try {
    return ok(accessFrom(server, cluster, user, text(context["namespace"]) ?? "default"));
  } catch (error) {
    return err(`${paths[0]}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Access from inside a pod: the service account's token, re-read as it is rotated. */
export function inClusterAccess(): Result<ClusterAccess, string> {
  const folder = "/var/run/secrets/kubernetes.io/serviceaccount";
  const host = process.env["KUBERNETES_SERVICE_HOST"];
  const port = process.env["KUBERNETES_SERVICE_PORT"];
  if (host === undefined || port === undefined || !existsSync(join(folder, "token"))) {
    return err("not running inside a cluster (no service account token); pass --kubeconfig");
  }
  return ok({
    server: `https://${host.includes(":") ? `[${host}]` : host}:${port}`,
    ca: readFileSync(join(folder, "ca.crt"), "utf8"),
    insecureSkipTlsVerify: false,
    bearerToken: tokenFromFile(join(folder, "token")),
    namespace: readFileSync(join(folder, "namespace"), "utf8").trim(),
  });
}

function accessFrom(server: string, cluster: JsonObject, user: JsonObject, namespace: string): ClusterAccess {
  const ca = inlineOrFile(cluster, "certificate-authority");
  const cert = inlineOrFile(user, "client-certificate");
  const key = inlineOrFile(user, "client-key");
  const tlsServerName = text(cluster["tls-server-name"]);
  return {
    server: server.replace(/\/+$/, ""),
    insecureSkipTlsVerify: cluster["insecure-skip-tls-verify"] === true,
    ...(ca === undefined ? {} : { ca }),
    ...(tlsServerName === undefined ? {} : { tlsServerName }),
    ...(cert === undefined || key === undefined ? {} : { clientCertificate: { cert, key } }),
    bearerToken: tokenSource(user),
    namespace,
  };
}

function tokenSource(user: JsonObject): () => Promise<string | undefined> {
  const token = text(user["token"]);
  if (token !== undefined) return async () => token;
  const tokenFile = text(user["tokenFile"]);
  if (tokenFile !== undefined) return tokenFromFile(tokenFile);
  if (isJsonObject(user["exec"])) return tokenFromPlugin(user["exec"]);
  if (user["auth-provider"] !== undefined) {
    throw new Error("auth-provider is not supported (kubectl dropped it too): use an exec plug-in or a token");
  }
  return async () => undefined;
}

function tokenFromFile(path: string): () => Promise<string> {
  let read: { readonly token: string; readonly atMs: number } | undefined;
  return async () => {
    if (read === undefined || Date.now() - read.atMs > 60_000) {
      read = { token: readFileSync(path, "utf8").trim(), atMs: Date.now() };
    }
    return read.token;
  };
}

/** client.authentication.k8s.io ExecCredential: runs the plug-in again once its token has expired. */
function tokenFromPlugin(exec: JsonObject): () => Promise<string | undefined> {
  let held: { readonly token: string | undefined; readonly untilMs: number } | undefined;
  return async () => {
    if (held !== undefined && Date.now() < held.untilMs) return held.token;
    const command = text(exec["command"]);
    if (command === undefined) throw new Error("users[].user.exec.command is missing");
    const args = Array.isArray(exec["args"]) ? exec["args"].map(String) : [];
    const env: Record<string, string | undefined> = { ...process.env };
    for (const entry of Array.isArray(exec["env"]) ? exec["env"] : []) {
      const name = text(member(entry, "name"));
      if (name !== undefined) env[name] = text(member(entry, "value")) ?? "";
    }
    env["KUBERNETES_EXEC_INFO"] = JSON.stringify({
      apiVersion: text(exec["apiVersion"]) ?? "client.authentication.k8s.io/v1",
      kind: "ExecCredential",
      spec: { interactive: false },
    });
    const { stdout } = await promisify(execFile)(command, args, { env, timeout: 60_000 });
    const status = member(JSON.parse(stdout) as JsonValue, "status");
    const expiry = text(member(status, "expirationTimestamp"));
    held = {
      token: text(member(status, "token")),
      untilMs: expiry === undefined ? Number.POSITIVE_INFINITY : Date.parse(expiry) - 10_000,
    };
    return held.token;
  };
}

/** The value of `KEY-data` (base64) or the text of the file that `KEY` names. */
function inlineOrFile(object: JsonObject, key: string): string | undefined {
  const data = text(object[`${key}-data`]);
  if (data !== undefined) return Buffer.from(data, "base64").toString("utf8");
  const path = text(object[key]);
  return path === undefined ? undefined : readFileSync(path, "utf8");
}

/** Takes over named entries that are not known yet, their file names made absolute. */
function collect(list: JsonValue | undefined, field: string, into: Map<string, JsonObject>, path: string): void {
  for (const entry of Array.isArray(list) ? list : []) {
    const name = text(member(entry, "name"));
    const value = member(entry, field);
    if (name === undefined || !isJsonObject(value) || into.has(name)) continue;
    const absolute: Record<string, JsonValue> = { ...value };
    for (const key of ["certificate-authority", "client-certificate", "client-key", "tokenFile"]) {
      const file = text(value[key]);
      if (file !== undefined && file !== "") absolute[key] = resolve(dirname(path), file);
    }
    into.set(name, absolute);
  }
}

function text(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
