import { randomUUID } from "node:crypto";
import { isJsonArray, isJsonObject, type JsonValue } from "../../../src/json/value.ts";

const placeholder =
  /<(uid|rv|time|microtime|continue|jwt|gen|rand|clusterIP|nodePort)-(\d+)>|<(age|etag|server|server-ip|webhook|ca-bundle|dir)>/g;

/** What a placeholder of that kind can stand for. */
const patterns: Readonly<Record<string, string>> = {
  uid: "[0-9a-f-]{36}",
  rv: "\\d+",
  time: "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ",
  microtime: "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z",
  continue: "[\\w=-]+",
  jwt: "[\\w-]+\\.[\\w-]+\\.[\\w-]+",
  gen: "[a-z0-9]{5}",
  rand: "[\\w-]+?",
  clusterIP: "\\d+\\.\\d+\\.\\d+\\.\\d+",
  nodePort: "\\d+",
  age: "(?:\\d+[smhdy])+|<invalid>|<unknown>",
};

/** Times differ between runs; only what identifies things is held to be the same. */
const consistent = new Set(["uid", "rv", "continue", "gen", "rand", "clusterIP", "nodePort", "jwt"]);

const fixed: Readonly<Record<string, string>> = {
  "<admin-token>": "admin-token-value",
  "<alice-token>": "alice-token-value",
  "<bob-token>": "bob-token-value",
};

/** Which real value each placeholder of one transcript stands for. */
export class Bindings {
  #values = new Map<string, string>();
  #generated = "";

  set(name: string, value: string): void {
    this.#values.set(name, value);
  }

  bindOnce(name: string, value: string): void {
    if (!this.#values.has(name)) this.#values.set(name, value);
  }

  /** The greatest resourceVersion told so far. */
  newestRevision(): string {
    let newest = 0;
    for (const [name, value] of this.#values) if (name.startsWith("<rv-")) newest = Math.max(newest, Number(value));
    return String(newest);
  }

  /** The base of a generated name that the next answer may show. */
  expectGenerated(base: string): void {
    this.#generated = base;
  }

  clone(): Bindings {
    const copy = new Bindings();
    copy.#values = new Map(this.#values);
    return copy;
  }

  adopt(other: Bindings): void {
    this.#values = other.#values;
  }

  /** Puts values for placeholders into what is sent. */
  fill(text: string): string {
    let filled = text;
    for (const [name, value] of Object.entries(fixed)) filled = filled.replaceAll(name, value);
    return filled
      .replaceAll(/<(\d+) bytes>/g, (_all, count: string) => "x".repeat(Number(count)))
      .replaceAll(placeholder, (name, kind: string | undefined) => this.#valueOf(name, kind ?? ""));
  }

  fillDeep(value: JsonValue): JsonValue {
    if (typeof value === "string") {
      const port = /^<nodePort-\d+>$/.test(value);
      const filled = this.fill(value);
      return port ? Number(filled) : filled;
    }
    if (isJsonArray(value)) return value.map((item) => this.fillDeep(item));
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [this.fill(key), this.fillDeep(item)]));
  }

  #valueOf(name: string, kind: string): string {
    const known = this.#values.get(name);
    if (known !== undefined) return known;
    const made = this.#invent(name, kind);
    this.#values.set(name, made);
    return made;
  }

  /** A value for what is sent before any answer told it. */
  #invent(name: string, kind: string): string {
    const time = new Date().toISOString();
    switch (kind) {
      case "uid":
        return randomUUID();
      case "rv":
        return this.#staleRevision(name);
      case "time":
        return `${time.slice(0, 19)}Z`;
      case "microtime":
        return `${time.slice(0, 23)}000Z`;
      case "clusterIP":
        return "10.96.77.77";
      case "nodePort":
        return "30777";
      default:
        return name === "<webhook>" ? "127.0.0.1:1" : name === "<ca-bundle>" ? "Y2E=" : name.slice(1, -1);
    }
  }

  /** Revisions are numbered by value, so an unknown one lies between its known neighbours. */
  #staleRevision(name: string): string {
    const number = Number(/\d+/.exec(name)![0]);
    let below = 5;
    for (const [other, value] of this.#values) {
      const found = /^<rv-(\d+)>$/.exec(other);
      if (found && Number(found[1]) < number) below = Math.max(below, Number(value));
    }
    return String(below === 5 ? 5 + number : below);
  }

  /** What differs between a recorded text and ours, or undefined. */
  compareText(recorded: string, got: string): string | undefined {
    const want = withoutLiteralAges(withoutLiteralVersions(recorded, got));
    if (want === got) return undefined;
    // A difference of internal Go types: ours ends before it.
    const internals = want.indexOf("\n@@ ");
    if (internals > 0 && got === want.slice(0, internals)) return undefined;
    // Suffixes of generated names inside messages were left as they were.
    if (this.#generated !== "") {
      const name = new RegExp(`${escape(this.#generated)}[bcdfghjklmnpqrstvwxz2456789]{5}`, "g");
      if (want.replaceAll(name, "<name>") === got.replaceAll(name, "<name>")) return undefined;
    }
    // Revisions in this message were not replaced when it was recorded.
    const loose = /ResourceVersion in the (precondition|record) \(\d+\)/.test(want);
    if (loose && want.replaceAll(/\(\d+\)/g, "()") === got.replaceAll(/\(\d+\)/g, "()")) return undefined;
    placeholder.lastIndex = 0;
    if (!placeholder.test(want)) return `want ${JSON.stringify(want)}, got ${JSON.stringify(got)}`;
    placeholder.lastIndex = 0;
    const names: string[] = [];
    let source = "";
    let at = 0;
    for (const match of want.matchAll(placeholder)) {
      source += escapePattern(want.slice(at, match.index));
      source += `(${patterns[match[1] ?? match[3] ?? ""] ?? ".*?"})`;
      names.push(match[0]);
      at = match.index + match[0].length;
    }
    source += escapePattern(want.slice(at));
    const found = new RegExp(`^${source}$`, "s").exec(got);
    if (!found) return `want ${JSON.stringify(want)}, got ${JSON.stringify(got)}`;
    for (const [index, name] of names.entries()) {
      const kind = /^<([a-zA-Z]+)/.exec(name)![1]!;
      const value = found[index + 1]!;
      if (!consistent.has(kind)) {
        if (!this.#values.has(name)) this.#values.set(name, value);
        continue;
      }
      const known = this.#values.get(name);
      if (known === undefined) this.#values.set(name, value);
      else if (known !== value) return `${name} was ${known}, now ${value}`;
    }
    return undefined;
  }
}

/** Versions in these messages were not made placeholders: ours are as good. */
function withoutLiteralVersions(want: string, got: string): string {
  const versions = /(ResourceVersion in (?:the precondition|record) \()\d+/g;
  const ours = [...got.matchAll(versions)].map(([text]) => text);
  return want.replaceAll(versions, (text) => ours.shift() ?? text);
}

/** The age of a restart was not made a placeholder, and grows from day to day. */
function withoutLiteralAges(want: string): string {
  return want.replaceAll(/\((?:\d+[smhdy])+ ago\)/g, "(<age> ago)");
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
