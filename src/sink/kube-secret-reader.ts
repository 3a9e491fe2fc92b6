import type { K8sObject } from "../api/object.ts";
import type { SecretReader } from "../interceptors/interceptor.ts";
import { type JsonValue, member } from "../json/value.ts";
import type { KubeClient } from "../kube/client.ts";
import { secrets } from "../kube/known-resources.ts";
import { err, ok, type Result } from "../result.ts";
import { SecretWatches } from "./secret-watches.ts";

/** For one look-up, in milliseconds. */
const timeoutMs = 3_000;

const capacity = 1024;
const lifetimeMs = 5_000;

interface Entry {
  readonly value: string;
  readonly readAtMs: number;
}

/**
 * Reads values of Secrets through the API: of those that the account may follow as they are now, of others the last 1024
 * are kept for five seconds; failures are not kept (spec: event processing, section 7).
 */
export class KubeSecretReader implements SecretReader {
  readonly #client: KubeClient;
  readonly #nowMs: () => number;
  readonly #watches: SecretWatches | undefined;
  readonly #entries = new Map<string, Entry>();
  readonly #underWay = new Map<string, Promise<Result<string, string>>>();

  /** Secrets are followed until the signal aborts; without one none is. */
  constructor(client: KubeClient, nowMs: () => number, signal?: AbortSignal) {
    this.#client = client;
    this.#nowMs = nowMs;
    this.#watches = signal && new SecretWatches(client, nowMs, signal);
  }

  async read(ref: {
    readonly namespace: string;
    readonly name: string;
    readonly key: string;
  }): Promise<Result<string, string>> {
    const followed = ref.name === "" ? undefined : this.#watches?.current(ref.namespace, ref.name);
    if (followed === null) return err(`secrets "${ref.name}" not found`);
    if (followed !== undefined) return valueIn(followed, ref);
    const id = JSON.stringify([ref.namespace, ref.name, ref.key]);
    const known = this.#entries.get(id);
    if (known !== undefined && this.#nowMs() - known.readAtMs < lifetimeMs) {
      this.#entries.delete(id); // put in again, it is the youngest
      this.#entries.set(id, known);
      return ok(known.value);
    }
    // A burst of events asks once.
    let underWay = this.#underWay.get(id);
    if (underWay === undefined) {
      underWay = withinTime(this.#fetch(ref, id)).finally(() => this.#underWay.delete(id));
      this.#underWay.set(id, underWay);
    }
    return underWay;
  }

  async #fetch(
    { namespace, name, key }: { readonly namespace: string; readonly name: string; readonly key: string },
    id: string,
  ): Promise<Result<string, string>> {
    if (name === "") return err('secrets "" not found');
    const read = await this.#client.get(secrets, { namespace, name });
    if (!read.ok) return err(read.error.code === 404 ? `secrets "${name}" not found` : (read.error.message ?? ""));
    const value = valueIn(read.value, { namespace, name, key });
    if (!value.ok) return value;
    this.#entries.delete(id);
    this.#entries.set(id, { value: value.value, readAtMs: this.#nowMs() });
    const oldest = this.#entries.keys().next();
    if (this.#entries.size > capacity && !oldest.done) this.#entries.delete(oldest.value);
    return value;
  }
}

function valueIn(
  secret: K8sObject,
  { namespace, name, key }: { readonly namespace: string; readonly name: string; readonly key: string },
): Result<string, string> {
  const encoded = member(secret["data"] as JsonValue | undefined, key);
  if (typeof encoded !== "string") return err(`cannot find ${key} key in secret ${namespace}/${name}`);
  return ok(Buffer.from(encoded, "base64").toString("utf8"));
}

/** An answer that comes too late is still kept for the next one who asks. */
async function withinTime(reading: Promise<Result<string, string>>): Promise<Result<string, string>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Result<string, string>>((resolve) => {
    timer = setTimeout(() => resolve(err("context deadline exceeded")), timeoutMs);
  });
  try {
    return await Promise.race([reading, late]);
  } finally {
    clearTimeout(timer);
  }
}
