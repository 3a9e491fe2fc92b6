import type { K8sObject } from "../api/object.ts";
import { isJsonObject, type JsonObject, type JsonValue, member } from "../json/value.ts";

export interface CredentialFile {
  /** Relative to the home directory. */
  readonly path: string;
  readonly content: Uint8Array;
  readonly mode: number;
}

/** A Secret as credentials need it. */
interface SecretView {
  readonly name: string;
  readonly type: string;
  readonly annotations: ReadonlyMap<string, string>;
  text(key: string): string;
}

/** Files for git, ssh and docker from the secrets of a ServiceAccount, in their order (spec: pipelines, section 7). */
export function credentialFiles(secrets: readonly K8sObject[]): readonly CredentialFile[] {
  const views = secrets.map(viewOf);
  const git = gitFiles(views);
  const docker = dockerConfig(views);
  const files = [...git, ...(docker === undefined ? [] : [{ path: ".docker/config.json", text: docker }])];
  return files.map(({ path, text }) => ({ path, content: new TextEncoder().encode(text), mode: 0o600 }));
}

/** The docker config.json text of pull secrets; empty when there is none. */
export function pullConfigJson(secrets: readonly K8sObject[]): string {
  return dockerConfig(secrets.map(viewOf)) ?? "";
}

/** Values of a Secret by key. */
export function secretValues(secret: K8sObject): ReadonlyMap<string, Uint8Array> {
  const data = secret["data"] as JsonValue | undefined;
  const entries = isJsonObject(data) ? Object.entries(data) : [];
  return new Map(
    entries.flatMap(([key, value]) => (typeof value === "string" ? [[key, decodeBase64(value)] as const] : [])),
  );
}

function decodeBase64(text: string): Uint8Array {
  return Buffer.from(text, "base64");
}

function viewOf(secret: K8sObject): SecretView {
  const values = secretValues(secret);
  return {
    name: secret.metadata.name ?? "",
    type: typeof secret["type"] === "string" ? secret["type"] : "",
    annotations: new Map(Object.entries(secret.metadata.annotations ?? {})),
    text: (key) => new TextDecoder().decode(values.get(key) ?? new Uint8Array()),
  };
}

/** Values of the annotations that start with a prefix such as `tekton.dev/git-`, sorted. */
function targets(secret: SecretView, prefix: string): readonly string[] {
  return [...secret.annotations]
    .filter(([key]) => key.startsWith(prefix))
    .map(([, value]) => value)
    .sort();
}

interface TextFile {
  readonly path: string;
  readonly text: string;
}

function gitFiles(secrets: readonly SecretView[]): readonly TextFile[] {
  const basic = secrets
    .filter((secret) => secret.type === "kubernetes.io/basic-auth")
    .flatMap((secret) =>
      targets(secret, "tekton.dev/git-").map((url) => ({
        url,
        userName: secret.text("username"),
        password: secret.text("password"),
      })),
    );
  const ssh = secrets
    .filter((secret) => secret.type === "kubernetes.io/ssh-auth")
    .flatMap((secret) => targets(secret, "tekton.dev/git-").map((target) => sshTarget(secret, target)));

  const config: string[] = [];
  if (basic.length > 0) config.push("[credential]\n\thelper = store\n");
  for (const { url, userName } of basic) {
    config.push(`[credential "${url}"]\n\tusername = ${userName}\n`);
    if (hasPath(url)) config.push("\tuseHttpPath = true\n");
  }
  for (const target of ssh) {
    if (target.repository === "") continue;
    const { alias, host, repository } = target;
    config.push(
      `[url "git@${alias}:${repository}"]\n\tinsteadOf = git@${host}:${repository}\n\tinsteadOf = ssh://git@${host}/${repository}\n`,
    );
  }
  const sorted = [...basic.filter(({ url }) => !hasPath(url)), ...basic.filter(({ url }) => hasPath(url))];
  const lines = sorted.map(({ url, userName, password }) => credentialLine(url, userName, password));
  return [
    ...(config.length === 0 ? [] : [{ path: ".gitconfig", text: config.join("") }]),
    ...(lines.length === 0 ? [] : [{ path: ".git-credentials", text: `${lines.join("\n")}\n` }]),
    ...sshFiles(ssh),
  ];
}

function hasPath(url: string): boolean {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  return parsed !== undefined && parsed.pathname !== "" && parsed.pathname !== "/";
}

function credentialLine(url: string, userName: string, password: string): string {
  const user = `${percentEncoded(userName)}:${percentEncoded(password)}@`;
  const scheme = /^[a-zA-Z][a-zA-Z0-9+.-]*:\/\//.exec(url)?.[0] ?? "";
  return `${scheme}${user}${url.slice(scheme.length)}`;
}

function percentEncoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

interface SshTarget {
  readonly secret: SecretView;
  readonly host: string;
  readonly port: string;
  /** `org/repo` when only that repository is meant. */
  readonly repository: string;
  /** The `Host` of the ssh configuration. */
  readonly alias: string;
}

function sshTarget(secret: SecretView, target: string): SshTarget {
  const plain = target.replace(/^ssh:\/\//, "").replace(/^[^@/]*@/, "");
  const slash = plain.indexOf("/");
  const address = slash === -1 ? plain : plain.slice(0, slash);
  const repository = slash === -1 ? "" : plain.slice(slash + 1);
  const [host = "", port = "22"] = address.split(":");
  const alias = repository === "" ? host : `${host}--${repository.replace(/\.git$/, "").replaceAll("/", "--")}`;
  return { secret, host, port, repository, alias };
}

function sshFiles(targetsOfSsh: readonly SshTarget[]): readonly TextFile[] {
  if (targetsOfSsh.length === 0) return [];
  const hosts = new Map<string, SshTarget[]>();
  for (const target of targetsOfSsh) hosts.set(target.alias, [...(hosts.get(target.alias) ?? []), target]);
  const config = [...hosts].map(([alias, entries]) => {
    const first = entries[0];
    const files = entries.map((entry) => `    IdentityFile ~/.ssh/id_${entry.secret.name}\n`);
    return `Host ${alias}\n    HostName ${first?.host}\n    Port ${first?.port}\n${files.join("")}`;
  });
  const secrets = [...new Map(targetsOfSsh.map(({ secret }) => [secret.name, secret])).values()];
  const known = secrets.map((secret) => secret.text("known_hosts").trimEnd()).filter((text) => text !== "");
  return [
    ...secrets.map((secret) => ({ path: `.ssh/id_${secret.name}`, text: withNewline(secret.text("ssh-privatekey")) })),
    { path: ".ssh/config", text: config.join("") },
    ...(known.length === 0 ? [] : [{ path: ".ssh/known_hosts", text: `${known.join("\n")}\n` }]),
  ];
}

/** ssh refuses a key file whose last line is not ended. */
function withNewline(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

function dockerConfig(secrets: readonly SecretView[]): string | undefined {
  const auths = new Map<string, JsonValue>();
  for (const secret of secrets) {
    if (secret.type === "kubernetes.io/basic-auth") {
      const username = secret.text("username");
      const password = secret.text("password");
      for (const registry of targets(secret, "tekton.dev/docker-")) {
        const auth = Buffer.from(`${username}:${password}`).toString("base64");
        auths.set(registry, { username, password, auth, email: "not@val.id" });
      }
    } else if (secret.type === "kubernetes.io/dockerconfigjson") {
      merge(auths, member(parsed(secret.text(".dockerconfigjson")), "auths"));
    } else if (secret.type === "kubernetes.io/dockercfg") {
      merge(auths, parsed(secret.text(".dockercfg")));
    }
  }
  return auths.size === 0 ? undefined : JSON.stringify({ auths: Object.fromEntries(auths) });
}

function merge(auths: Map<string, JsonValue>, more: JsonValue | undefined): void {
  if (isJsonObject(more)) for (const [registry, entry] of Object.entries(more)) auths.set(registry, entry);
}

function parsed(text: string): JsonObject {
  try {
    const value = JSON.parse(text) as JsonValue;
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
