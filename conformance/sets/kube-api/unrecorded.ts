import { isJsonObject, type JsonObject, type JsonValue } from "../../../src/json/value.ts";
import type { Exchange } from "./exchange.ts";

// The recording parsed the bodies and kept few of the headers; the answers tell what was lost.

/** The client's name where no header and no parameter has it: the one manager that the answer names. */
export function unrecordedAgent({ method, path, responseBody }: Exchange): string | undefined {
  if (method === "GET" || path.includes("fieldManager=") || !isJsonObject(responseBody)) return undefined;
  const metadata = responseBody["metadata"];
  const entries = isJsonObject(metadata) ? metadata["managedFields"] : undefined;
  if (!Array.isArray(entries)) return undefined;
  const managers = new Set((entries as readonly JsonObject[]).map((entry) => String(entry["manager"])));
  const [only] = managers;
  return managers.size === 1 && only !== "unknown" ? only : undefined;
}

/** Paths of keys that the body had twice before it was parsed. */
export function lostDuplicates({ responseBody, responseHeaders }: Exchange): ReadonlySet<string> {
  const message = isJsonObject(responseBody) ? responseBody["message"] : undefined;
  const told = `${typeof message === "string" ? message : ""} ${responseHeaders?.["warning"]?.replaceAll("\\", "") ?? ""}`;
  return new Set([...told.matchAll(/duplicate field "([^"]+)"/g)].map((match) => match[1]!));
}

/** The body as text, with those keys twice. */
export function textWithDuplicates(value: JsonValue, path: string, repeated: ReadonlySet<string>): string {
  if (Array.isArray(value)) {
    const items = value as readonly JsonValue[];
    return `[${items.map((item, index) => textWithDuplicates(item, `${path}[${index}]`, repeated)).join(",")}]`;
  }
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).flatMap(([key, child]) => {
    const at = path === "" ? key : `${path}.${key}`;
    const member = `${JSON.stringify(key)}:${textWithDuplicates(child, at, repeated)}`;
    return repeated.has(at) ? [member, member] : [member];
  });
  return `{${members.join(",")}}`;
}
