import { isJsonObject, type JsonObject, type JsonValue, member } from "../../../json/value.ts";

/** A registry's user and password. */
export interface RegistryCredentials {
  readonly username: string;
  readonly password: string;
}

/** Keys under which configurations hold the credentials of Docker Hub. */
const hubNames: ReadonlySet<string> = new Set(["docker.io", "index.docker.io", "registry-1.docker.io"]);

/** Finds a registry's credentials in the text of a docker `config.json`; undefined when it has none. */
export function credentialsFor(registry: string, configJson: string): RegistryCredentials | undefined {
  const auths = member(parsed(configJson), "auths");
  if (!isJsonObject(auths)) return undefined;
  for (const [key, entry] of Object.entries(auths)) {
    const host = key.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
    if (host !== registry && !(hubNames.has(host) && hubNames.has(registry))) continue;
    const credentials = credentialsOf(entry);
    if (credentials !== undefined) return credentials;
  }
  return undefined;
}

function credentialsOf(entry: JsonValue): RegistryCredentials | undefined {
  const username = member(entry, "username");
  const password = member(entry, "password");
  if (typeof username === "string" && typeof password === "string") return { username, password };
  const auth = member(entry, "auth");
  if (typeof auth !== "string") return undefined;
  const text = Buffer.from(auth, "base64").toString();
  const colon = text.indexOf(":");
  return colon === -1 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

function parsed(text: string): JsonObject {
  try {
    const value = JSON.parse(text) as JsonValue;
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
