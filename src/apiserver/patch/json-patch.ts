import { isDeepStrictEqual } from "node:util";
import { copyJson } from "../../json/copy-json.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";

/** More operations than this are refused. */
export const maxPatchOperations = 10_000;

type Container = JsonValue[] | { [key: string]: JsonValue };

function pointer(path: JsonValue | undefined): readonly string[] | undefined {
  if (typeof path !== "string") return undefined;
  if (path === "") return [];
  if (!path.startsWith("/")) return undefined;
  return path
    .slice(1)
    .split("/")
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function step(container: JsonValue, token: string): JsonValue | undefined {
  if (isJsonArray(container)) {
    const index = arrayIndex(container, token);
    return index === undefined ? undefined : container[index];
  }
  return isJsonObject(container) && Object.hasOwn(container, token) ? container[token] : undefined;
}

function arrayIndex(list: readonly JsonValue[], token: string): number | undefined {
  if (!/^(-[1-9]\d*|0|[1-9]\d*)$/.test(token)) return undefined;
  const index = Number(token);
  const at = index < 0 ? list.length + index : index;
  return at >= 0 && at < list.length ? at : undefined;
}

function find(root: JsonValue, path: readonly string[]): JsonValue | undefined {
  let at: JsonValue | undefined = root;
  for (const token of path) {
    if (at === undefined) return undefined;
    at = step(at, token);
  }
  return at;
}

function setMember(container: { [key: string]: JsonValue }, key: string, value: JsonValue): void {
  Object.defineProperty(container, key, { value, enumerable: true, writable: true, configurable: true });
}

function add(root: JsonValue, path: readonly string[], value: JsonValue): Result<JsonValue, string> {
  const last = path.at(-1);
  if (last === undefined) return ok(value);
  const parent = find(root, path.slice(0, -1)) as Container | undefined;
  if (isJsonArray(parent)) {
    const list = parent as JsonValue[];
    if (last === "-") list.push(value);
    else {
      if (!/^(-[1-9]\d*|0|[1-9]\d*)$/.test(last)) return err("bad index");
      const index = Number(last) < 0 ? list.length + 1 + Number(last) : Number(last);
      if (index < 0 || index > list.length) return err("index out of range");
      list.splice(index, 0, value);
    }
    return ok(root);
  }
  if (!isJsonObject(parent)) return err("no parent");
  setMember(parent as { [key: string]: JsonValue }, last, value);
  return ok(root);
}

function remove(root: JsonValue, path: readonly string[]): Result<JsonValue, string> {
  const last = path.at(-1);
  if (last === undefined) return err("cannot remove the root");
  const parent = find(root, path.slice(0, -1)) as Container | undefined;
  if (isJsonArray(parent)) {
    const index = arrayIndex(parent, last);
    if (index === undefined) return err("no such index");
    (parent as JsonValue[]).splice(index, 1);
    return ok(root);
  }
  if (!isJsonObject(parent) || !Object.hasOwn(parent, last)) return err("no such key");
  delete (parent as { [key: string]: JsonValue })[last];
  return ok(root);
}

/**
 * Applies an RFC 6902 patch to a copy. Unlike the RFC, `replace` of a missing map key succeeds (spec: kube-api,
 * section 6). The error says why an operation failed.
 */
export function applyJsonPatch(document: JsonObject, operations: readonly JsonObject[]): Result<JsonValue, string> {
  let root = copyJson(document) as JsonValue;
  for (const operation of operations) {
    const path = pointer(operation["path"]);
    if (!path) return err("bad path");
    const value = Object.hasOwn(operation, "value") ? operation["value"]! : null;
    let outcome: Result<JsonValue, string>;
    switch (operation["op"]) {
      case "add":
        outcome = add(root, path, copyJson(value) as JsonValue);
        break;
      case "remove":
        outcome = remove(root, path);
        break;
      case "replace": {
        const parent = find(root, path.slice(0, -1));
        if (path.length > 0 && isJsonArray(parent)) {
          const index = arrayIndex(parent, path.at(-1)!);
          if (index === undefined) return err("no such index");
          (parent as JsonValue[])[index] = copyJson(value) as JsonValue;
          outcome = ok(root);
        } else outcome = add(root, path, copyJson(value) as JsonValue);
        break;
      }
      case "test": {
        const found = find(root, path);
        outcome = isDeepStrictEqual(found ?? null, value) ? ok(root) : err("test failed");
        break;
      }
      case "copy":
      case "move": {
        const from = pointer(operation["from"]);
        const found = from && find(root, from);
        if (!from || found === undefined) return err("no such source");
        const copy = copyJson(found) as JsonValue;
        if (operation["op"] === "move") {
          const removed = remove(root, from);
          if (!removed.ok) return removed;
          root = removed.value;
        }
        outcome = add(root, path, copy);
        break;
      }
      default:
        return err("unknown operation");
    }
    if (!outcome.ok) return outcome;
    root = outcome.value;
  }
  return ok(root);
}
