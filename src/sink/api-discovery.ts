import { isJsonArray, type JsonObject, type JsonValue, member } from "../json/value.ts";
import type { KubeClient } from "../kube/client.ts";
import { failureOf } from "../kube/status.ts";
import { err, ok, type Result } from "../result.ts";
import type { ApiResource, Discover } from "../triggers/render.ts";

/** How long an answer is believed: a kind installed just now is found after that at the latest. */
const lifetimeMs = 10_000;
const capacity = 256;

interface Entry {
  readonly resources: readonly ApiResource[];
  readonly askedAtMs: number;
}

/** Asks one API version's resources of the API server, for the engine. */
export class ApiDiscovery {
  readonly #nowMs: () => number;
  readonly #entries = new Map<string, Entry>();
  readonly #underWay = new Map<string, Promise<Result<readonly ApiResource[], string>>>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Discovery with this client's identity. What is served does not depend on who asks, so all share the answers. */
  with(client: KubeClient): Discover {
    return (apiVersion) => {
      const known = this.#entries.get(apiVersion);
      if (known !== undefined && this.#nowMs() - known.askedAtMs < lifetimeMs) return ok(known.resources);
      let underWay = this.#underWay.get(apiVersion);
      if (underWay === undefined) {
        underWay = this.#ask(client, apiVersion).finally(() => this.#underWay.delete(apiVersion));
        this.#underWay.set(apiVersion, underWay);
      }
      return underWay;
    };
  }

  async #ask(client: KubeClient, apiVersion: string): Promise<Result<readonly ApiResource[], string>> {
    const segments = apiVersion.split("/").map(encodeURIComponent);
    const path = segments.length === 1 ? `/api/${segments[0]}` : `/apis/${segments.join("/")}`;
    const answer = await client.transport.send({ method: "GET", path });
    if (answer.status === 404) return err("the server could not find the requested resource");
    if (answer.status !== 200) return err(failureOf(answer.status, answer.body).message ?? `status ${answer.status}`);
    const resources = resourcesOf(answer.body, apiVersion);
    this.#entries.delete(apiVersion);
    this.#entries.set(apiVersion, { resources, askedAtMs: this.#nowMs() });
    const oldest = this.#entries.keys().next();
    if (this.#entries.size > capacity && !oldest.done) this.#entries.delete(oldest.value);
    return ok(resources);
  }
}

function resourcesOf(list: JsonValue, apiVersion: string): readonly ApiResource[] {
  const slash = apiVersion.indexOf("/");
  const group = apiVersion.slice(0, Math.max(0, slash));
  const version = apiVersion.slice(slash + 1);
  const resources = member(list, "resources");
  return (isJsonArray(resources) ? (resources as readonly JsonObject[]) : []).map((resource) => ({
    kind: text(resource, "kind"),
    group: text(resource, "group") || group,
    version: text(resource, "version") || version,
    resource: text(resource, "name"),
    namespaced: member(resource, "namespaced") === true,
  }));
}

function text(object: JsonValue, name: string): string {
  const value = member(object, name);
  return typeof value === "string" ? value : "";
}
