import type { K8sObject } from "../api/object.ts";
import { isJsonObject, type JsonValue, member } from "../json/value.ts";
import { exponentialDelayMs, sleep } from "../kube/backoff.ts";
import type { KubeClient } from "../kube/client.ts";
import { clusterInterceptors } from "../kube/known-resources.ts";

/** After a failure it is tried again sooner: on a fresh installation the webhook may not answer yet. */
const retryMs = 500;

export interface CaBundlesOptions {
  readonly client: KubeClient;
  /** Names of the ClusterInterceptors that this server answers. */
  readonly names: ReadonlySet<string>;
  /** PEM; undefined until there is one. */
  readonly authorityPem: () => string | undefined;
  readonly everyMs: number;
  readonly log: (message: string) => void;
}

/**
 * Makes the core ClusterInterceptors name the authority of this server, at once and from then on at intervals, whatever
 * goes wrong in between (spec: controller, section 7; there an error ends it for good).
 */
export class CaBundles {
  readonly #options: CaBundlesOptions;
  #waking = new AbortController();
  #announced: string | undefined;

  constructor(options: CaBundlesOptions) {
    this.#options = options;
  }

  async run(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      this.#waking = new AbortController();
      const pause = AbortSignal.any([signal, this.#waking.signal]);
      failures = (await this.#inject()) ? 0 : failures + 1;
      const { everyMs } = this.#options;
      await sleep(failures === 0 ? everyMs : exponentialDelayMs(failures - 1, retryMs, everyMs), pause);
    }
  }

  /** Whether all of them that there are name this authority. */
  announces(authorityPem: string): boolean {
    return this.#announced === authorityPem;
  }

  /** The authority has changed: they are looked at without waiting. */
  wake(): void {
    this.#waking.abort();
  }

  /** Looks at all of them once; false when some could not be completed, or are not there. */
  async #inject(): Promise<boolean> {
    const { client, names, authorityPem, log } = this.#options;
    const authority = authorityPem();
    if (authority === undefined) return false;
    const caBundle = Buffer.from(authority).toString("base64");
    const listed = await client.list(clusterInterceptors);
    if (!listed.ok) {
      log(`cannot list ClusterInterceptors: ${listed.error.message ?? ""}`);
      return false;
    }
    // On a fresh installation they are created only after this server has started.
    const found = new Set(listed.value.items.map(({ metadata }) => metadata.name ?? ""));
    const areAllThere = [...names].every((name) => found.has(name));
    let areCurrent = true;
    for (const interceptor of listed.value.items) {
      const { name = "" } = interceptor.metadata;
      const completed = names.has(name) ? withCaBundle(interceptor, caBundle) : undefined;
      if (completed === undefined) continue;
      const updated = await client.update(clusterInterceptors, completed);
      if (updated.ok) continue;
      areCurrent = false;
      if (updated.error.reason !== "Conflict")
        log(`cannot update ClusterInterceptor ${name}: ${updated.error.message ?? ""}`);
    }
    if (areCurrent) this.#announced = authority;
    return areCurrent && areAllThere;
  }
}

/** Undefined when it has that bundle already. */
function withCaBundle(interceptor: K8sObject, caBundle: string): K8sObject | undefined {
  const spec = interceptor["spec"] as JsonValue | undefined;
  const config = member(spec, "clientConfig");
  if (member(config, "caBundle") === caBundle) return undefined;
  const clientConfig = { ...(isJsonObject(config) ? config : {}), caBundle };
  return { ...interceptor, spec: { ...(isJsonObject(spec) ? spec : {}), clientConfig } };
}
