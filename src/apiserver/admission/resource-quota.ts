import { child } from "../../api/core/fields.ts";
import {
  type CountedResource,
  countedBy,
  inScopes,
  unstatedResources,
  usageOf,
} from "../../api/core/quota/quota-usage.ts";
import {
  addLists,
  type ResourceList,
  readResourceList,
  subtractLists,
  writeResourceList,
} from "../../api/core/quota/resource-list.ts";
import type { K8sObject, Status } from "../../api/object.ts";
import type { JsonObject } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import type { ObjectStore } from "../../store/object-store.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../pipeline.ts";
import { objectKey } from "../resource-definition.ts";
import { forbiddenObject } from "../status.ts";

/** How often a quota that somebody else changed meanwhile is judged anew. */
const maxAttempts = 10;

/** Writes `status` of a quota; false when the quota has changed since it was read. */
export type QuotaStatusWriter = (quota: K8sObject) => Promise<boolean>;

/** A quota that an object falls under, and what is left of it afterwards. */
interface Charge {
  readonly quota: K8sObject;
  readonly used: ResourceList;
}

/**
 * Enforces ResourceQuotas: what a new object takes is added to `status.used` of every quota that it falls under, before
 * it is stored; a quota that would be exceeded refuses it. A quota whose status nobody has computed yet bounds nothing.
 */
export class ResourceQuotaAdmission implements AdmissionPlugin {
  readonly #store: ObjectStore;
  readonly #writeStatus: QuotaStatusWriter;
  /** The last judgement in each namespace: they are made one after the other. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(store: ObjectStore, writeStatus: QuotaStatusWriter) {
    this.#store = store;
    this.#writeStatus = writeStatus;
  }

  handles({ operation, definition, subresource, namespace }: AdmissionAttributes): boolean {
    if (subresource !== undefined || namespace === undefined || !definition.namespaced) return false;
    // Events are never counted: they tell of what quotas refuse.
    if (definition.collection === "/events") return false;
    const grows = definition.collection === "/services" || definition.collection === "/persistentvolumeclaims";
    if (operation !== "CREATE" && !(operation === "UPDATE" && grows)) return false;
    return this.#quotas(namespace).length > 0;
  }

  async validate(attributes: AdmissionAttributes): Promise<Result<undefined, Status>> {
    const { namespace = "" } = attributes;
    const turn = (this.#turns.get(namespace) ?? Promise.resolve()).then(() => this.#charge(attributes));
    this.#turns.set(namespace, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(namespace) === turn) this.#turns.delete(namespace);
    }
  }

  async #charge(attributes: AdmissionAttributes): Promise<Result<undefined, Status>> {
    const { definition, namespace, name, operation } = attributes;
    // Creating it will fail, so it takes nothing.
    const isTaken = this.#store.get(definition.collection, objectKey(namespace, name)) !== undefined;
    if (operation === "CREATE" && isTaken) return ok(undefined);
    const charged = new Set<string | undefined>();
    for (let attempt = 1; ; attempt++) {
      const charges = this.#judge(attributes);
      if (!charges.ok) return err(refusal(attributes, charges.error));
      if (attributes.dryRun) return ok(undefined);
      const due = charges.value.filter(({ quota }) => !charged.has(quota.metadata.uid));
      for (const { quota, used } of due) {
        const status = { ...(quota["status"] as JsonObject), used: writeResourceList(used) };
        if (await this.#writeStatus({ ...quota, status })) charged.add(quota.metadata.uid);
      }
      if (due.every(({ quota }) => charged.has(quota.metadata.uid))) return ok(undefined);
      if (attempt === maxAttempts)
        return err(refusal(attributes, "unable to update quota: other requests keep changing it"));
    }
  }

  /** What the object takes of each quota; the error says which quota refuses it. */
  #judge({ definition, namespace = "", object, oldObject }: AdmissionAttributes): Result<readonly Charge[], string> {
    const counted: CountedResource = { group: definition.group, resource: definition.resource };
    const wanted = usageOf(counted, object as unknown as JsonObject);
    const grown =
      oldObject === undefined ? wanted : subtractLists(wanted, usageOf(counted, oldObject as unknown as JsonObject));
    const taken: ResourceList = new Map([...grown].filter(([, { nanos }]) => nanos > 0n));
    const charges: Charge[] = [];
    for (const quota of this.#quotas(namespace)) {
      const status = child(quota as unknown as JsonObject, "status");
      const hard = readResourceList(child(status, "hard"));
      const bounded = [...hard.keys()].filter((name) => isOf(name, counted));
      if (bounded.length === 0) continue;
      if (!inScopes(child(quota as unknown as JsonObject, "spec"), counted, object as unknown as JsonObject)) continue;
      const name = quota.metadata.name ?? "";
      if (counted.group === "" && counted.resource === "pods") {
        const unstated = unstatedResources(object as unknown as JsonObject, bounded);
        if (unstated.size > 0) return err(`failed quota: ${name}: must specify ${shownUnstated(unstated)}`);
      }
      const used = readResourceList(child(status, "used"));
      const unknown = bounded.filter((each) => !used.has(each));
      if (unknown.length > 0)
        return err(`status unknown for quota: ${name}, resources: ${[...unknown].sort().join(",")}`);
      const requested: ResourceList = new Map([...taken].filter(([each]) => hard.has(each)));
      if (requested.size === 0) continue;
      const after = addLists(used, requested);
      const exceeded = [...requested.keys()].filter((each) => after.get(each)!.nanos > hard.get(each)!.nanos);
      if (exceeded.length > 0)
        return err(
          `exceeded quota: ${name}, requested: ${shown(requested, exceeded)}, used: ${shown(used, exceeded)}, limited: ${shown(hard, exceeded)}`,
        );
      charges.push({ quota, used: after });
    }
    return ok(charges);
  }

  #quotas(namespace: string): readonly K8sObject[] {
    return this.#store.list("/resourcequotas", `${namespace}/`).map(({ object }) => object);
  }
}

function isOf(name: string, { group, resource }: CountedResource): boolean {
  const about = countedBy(name);
  return about?.group === group && about.resource === resource;
}

function refusal({ definition, name }: AdmissionAttributes, cause: string): Status {
  return forbiddenObject({ group: definition.group, resource: definition.resource }, name, cause);
}

/** `limits.cpu for: a,b; requests.cpu for: a` */
function shownUnstated(unstated: ReadonlyMap<string, readonly string[]>): string {
  return [...unstated].map(([name, containers]) => `${name} for: ${containers.join(",")}`).join("; ");
}

/** `cpu=1,memory=2Gi`, of the resources named. */
function shown(list: ResourceList, names: readonly string[]): string {
  const texts = writeResourceList(new Map([...list].filter(([name]) => names.includes(name))));
  return Object.keys(texts)
    .sort()
    .map((name) => `${name}=${texts[name] ?? ""}`)
    .join(",");
}
