import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../../src/json/value.ts";
import type { Bindings } from "./bindings.ts";
import type { Exchange } from "./exchange.ts";

/** The placeholders under which a transcript speaks of an object that its setup made. */
interface Hints {
  uid?: string;
  /** As requests name it: the version that the setup left. */
  revision?: string;
}

const uidPlaceholder = /^<uid-\d+>$/;
const revisionPlaceholder = /^<rv-\d+>$/;

/**
 * Answers of setup requests are not recorded. What they told (uids, versions) is found by the objects' kind and name
 * wherever the transcript mentions them.
 */
export class SetupValues {
  readonly #hints = new Map<string, Hints>();
  /** Versions that an answer told before a request used them: not the setup's. */
  readonly #told = new Set<string>();

  constructor(setupBodies: readonly (JsonValue | undefined)[], exchanges: readonly Exchange[]) {
    for (const body of setupBodies) this.#visit(body, false);
    for (const exchange of exchanges) {
      // A request that was refused may well have named a version that was none.
      const accepted = exchange.direction === undefined && exchange.status !== null && exchange.status < 300;
      this.#visit(exchange.requestBody, accepted);
      for (const [told] of JSON.stringify([exchange.responseBody, exchange.events]).matchAll(/<rv-\d+>/g))
        this.#told.add(told);
      this.#visit(exchange.responseBody, false);
      this.#visit(exchange.events as JsonValue | undefined, false);
    }
  }

  /** Takes over what the answer of a setup request tells. */
  learn(answer: JsonValue | undefined, bindings: Bindings): void {
    if (!isJsonObject(answer) || !isJsonObject(answer["metadata"])) return;
    const { name, uid, resourceVersion } = answer["metadata"];
    const hints = this.#hints.get(keyOf(answer["kind"], name));
    if (hints?.uid !== undefined && typeof uid === "string") bindings.set(hints.uid, uid);
    if (hints?.revision !== undefined && typeof resourceVersion === "string")
      bindings.set(hints.revision, resourceVersion);
  }

  #visit(value: JsonValue | undefined, isRequest: boolean): void {
    if (isJsonArray(value)) for (const item of value) this.#visit(item, isRequest);
    if (!isJsonObject(value)) return;
    const { metadata, ownerReferences } = value;
    if (isJsonObject(metadata)) this.#note(value["kind"], metadata, isRequest);
    if (isJsonArray(ownerReferences))
      for (const owner of ownerReferences) if (isJsonObject(owner)) this.#note(owner["kind"], owner, false);
    for (const item of Object.values(value)) this.#visit(item, isRequest);
  }

  #note(kind: JsonValue | undefined, named: JsonObject, isRequest: boolean): void {
    const { name, uid, resourceVersion } = named;
    if (typeof name !== "string" || typeof kind !== "string") return;
    const key = keyOf(kind, name);
    const hints = this.#hints.get(key) ?? {};
    this.#hints.set(key, hints);
    if (hints.uid === undefined && typeof uid === "string" && uidPlaceholder.test(uid)) hints.uid = uid;
    if (!isRequest || typeof resourceVersion !== "string" || !revisionPlaceholder.test(resourceVersion)) return;
    if (!this.#told.has(resourceVersion)) hints.revision ??= resourceVersion;
  }
}

function keyOf(kind: JsonValue | undefined, name: JsonValue | undefined): string {
  return `${String(kind)}/${String(name)}`;
}
