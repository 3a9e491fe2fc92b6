import { timeNow } from "../../api/core/time.ts";
import type { K8sObject, Status } from "../../api/object.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";
import type { ApiServer } from "../api-server.ts";
import type { PipelineResponse } from "../pipeline.ts";
import type {
  PrinterColumn,
  ResourceDefinition,
  ResourceVersionDefinition,
  VersionConverter,
} from "../resource-definition.ts";
import type { UserInfo } from "../user-info.ts";
import { convertByWebhook } from "../webhooks/conversion-webhook.ts";
import type { WebhookClient } from "../webhooks/webhook-client.ts";
import { type CustomKind, customDefinition } from "./custom-definition.ts";
import { SchemaRules } from "./schema-rules.ts";

const collection = "apiextensions.k8s.io/customresourcedefinitions";
const basePath = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const cleanupFinalizer = "customresourcecleanup.apiextensions.k8s.io";
const self: UserInfo = { username: "system:apiserver", groups: ["system:masters"] };

type Names = CustomKind["names"];

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime?: string;
  readonly reason: string;
  readonly message: string;
}

/**
 * Serves CustomResourceDefinitions: accepts their names, sets their conditions, registers what they define, and clears
 * away the objects of those that are deleted (spec: kube-api, section 10).
 */
export class CrdController {
  readonly collection = collection;
  readonly #server: ApiServer;
  readonly #webhooks: WebhookClient;
  readonly #now: () => number;
  /** `group/plural` of what was registered, by CRD name. */
  readonly #registered = new Map<string, { readonly group: string; readonly plural: string }>();
  #tail: Promise<void> = Promise.resolve();
  #reconciled: (() => Promise<void>) | undefined;

  constructor(server: ApiServer, webhooks: WebhookClient, now: () => number) {
    this.#server = server;
    this.#webhooks = webhooks;
    this.#now = now;
  }

  /** Registers the definitions that are stored. */
  async start(): Promise<void> {
    for (const { key } of this.#server.store.list(collection)) await this.reconcile(key);
  }

  /** `react` runs, and is waited for, whenever a definition has been brought up to date. */
  onReconciled(react: () => Promise<void>): void {
    this.#reconciled = react;
  }

  /** Brings one definition up to date; one after the other. */
  reconcile(name: string): Promise<void> {
    const turn = this.#tail.then(() => this.#reconcile(name)).then(() => this.#reconciled?.());
    this.#tail = turn.catch(() => undefined);
    return turn;
  }

  async #reconcile(name: string): Promise<void> {
    const crd = this.#read(name);
    if (!crd) {
      this.#unregister(name);
      return;
    }
    if (crd.metadata.deletionTimestamp !== undefined) {
      await this.#finalize(crd);
      return;
    }
    await this.#accept(crd);
    const accepted = this.#read(name);
    if (!accepted || condition(accepted, "NamesAccepted")?.status !== "True") return;
    if (condition(accepted, "Established")?.status === "True") this.#register(accepted);
  }

  #read(name: string): K8sObject | undefined {
    return this.#server.store.get(collection, name)?.object;
  }

  async #accept(crd: K8sObject): Promise<void> {
    const spec = crd["spec"] as JsonObject;
    const names = namesOf(spec);
    const group = String(spec["group"]);
    const clash = this.#clash(crd.metadata.name ?? "", group, names);
    const conditions = conditionsOf(crd);
    const wanted: Condition = clash
      ? { type: "NamesAccepted", status: "False", reason: clash.reason, message: clash.message }
      : { type: "NamesAccepted", status: "True", reason: "NoConflicts", message: "no conflicts found" };
    const acceptedNames = clash ? clash.accepted : names;
    const known = condition(crd, "NamesAccepted");
    const established = condition(crd, "Established");
    const unchanged =
      known?.status === wanted.status &&
      known.reason === wanted.reason &&
      known.message === wanted.message &&
      JSON.stringify(namesOf({ names: (crd["status"] as JsonObject)["acceptedNames"] ?? {} })) ===
        JSON.stringify(acceptedNames);
    if (!unchanged) {
      const pending: Condition = clash
        ? { type: "Established", status: "False", reason: "NotAccepted", message: "not all names are accepted" }
        : {
            type: "Established",
            status: "False",
            reason: "Installing",
            message: "the initial names have been accepted",
          };
      const next = this.#withCondition(conditions, wanted);
      // A kind that was established stays so, whatever happens to its names.
      await this.#writeStatus(crd, {
        conditions: (established?.status === "True"
          ? next
          : this.#withCondition(next, pending)) as unknown as JsonValue,
        acceptedNames: namesJson(acceptedNames),
      });
    }
    const current = this.#read(crd.metadata.name ?? "");
    if (
      !current ||
      condition(current, "NamesAccepted")?.status !== "True" ||
      condition(current, "Established")?.status === "True"
    )
      return;
    await this.#writeStatus(current, {
      conditions: this.#withCondition(conditionsOf(current), {
        type: "Established",
        status: "True",
        reason: "InitialNamesAccepted",
        message: "the initial names have been accepted",
      }) as unknown as JsonValue,
    });
  }

  #withCondition(conditions: readonly Condition[], wanted: Condition): readonly Condition[] {
    const known = conditions.find((item) => item.type === wanted.type);
    const lastTransitionTime =
      known?.status === wanted.status && known.lastTransitionTime !== undefined
        ? known.lastTransitionTime
        : timeNow(this.#now());
    const made: Condition = {
      type: wanted.type,
      status: wanted.status,
      lastTransitionTime,
      reason: wanted.reason,
      message: wanted.message,
    };
    return known ? conditions.map((item) => (item.type === wanted.type ? made : item)) : [...conditions, made];
  }

  /** What of the names is taken by another resource of the group. */
  #clash(
    name: string,
    group: string,
    names: Names,
  ): { readonly reason: string; readonly message: string; readonly accepted: Names } | undefined {
    const taken = new Set<string>();
    const kinds = new Set<string>();
    for (const definition of this.#server.registry.all()) {
      if (definition.group !== group || `${definition.resource}.${group}` === name) continue;
      for (const word of [definition.resource, definition.singular, ...definition.shortNames]) taken.add(word);
      kinds.add(definition.kind).add(definition.listKind);
    }
    const problems: { readonly reason: string; readonly word: string }[] = [];
    if (taken.has(names.plural)) problems.push({ reason: "PluralConflict", word: names.plural });
    if (taken.has(names.singular)) problems.push({ reason: "SingularConflict", word: names.singular });
    const shorts = names.shortNames.filter((word) => taken.has(word));
    for (const word of shorts) problems.push({ reason: "ShortNamesConflict", word });
    if (kinds.has(names.kind)) problems.push({ reason: "KindConflict", word: names.kind });
    if (kinds.has(names.listKind)) problems.push({ reason: "ListKindConflict", word: names.listKind });
    const last = problems.at(-1);
    if (!last) return undefined;
    const has = (reason: string): boolean => problems.some((problem) => problem.reason === reason);
    return {
      reason: last.reason,
      message: `${JSON.stringify(last.word)} is already in use`,
      accepted: {
        plural: has("PluralConflict") ? "" : names.plural,
        singular: has("SingularConflict") ? "" : names.singular,
        kind: has("KindConflict") ? "" : names.kind,
        listKind: has("ListKindConflict") ? "" : names.listKind,
        shortNames: has("ShortNamesConflict") ? [] : names.shortNames,
        categories: names.categories,
      },
    };
  }

  async #writeStatus(crd: K8sObject, status: JsonObject): Promise<Status | undefined> {
    const { resourceVersion: _version, ...metadata } = crd.metadata;
    return this.#send("PUT", `${basePath}/${crd.metadata.name ?? ""}/status`, {
      ...crd,
      metadata,
      status: { ...(crd["status"] as JsonObject), ...status },
    });
  }

  async #send(method: string, path: string, body?: object): Promise<Status | undefined> {
    const answer: PipelineResponse = await this.#server.handleAs(self, {
      method,
      path,
      query: new URLSearchParams(),
      headers: { accept: "application/json", "user-agent": "kube-apiserver" },
      body: body ? { kind: "parsed", value: body as JsonValue } : { kind: "none" },
      signal: new AbortController().signal,
    });
    return answer.status < 300 || answer.kind !== "json" ? undefined : (answer.body as unknown as Status);
  }

  #register(crd: K8sObject): void {
    const definition = definitionOf(crd, this.#webhookConverter(crd), this.#server.store.revision);
    const name = crd.metadata.name ?? "";
    const before = this.#server.registry.find(definition.group, definition.resource);
    this.#server.registry.put(
      before?.custom && before.watchableFrom !== undefined
        ? { ...definition, watchableFrom: before.watchableFrom }
        : definition,
    );
    this.#registered.set(name, { group: definition.group, plural: definition.resource });
  }

  #unregister(name: string): void {
    const known = this.#registered.get(name);
    if (!known) return;
    this.#registered.delete(name);
    this.#server.registry.remove(known.group, known.plural);
  }

  #webhookConverter(crd: K8sObject): VersionConverter | undefined {
    const conversion = (crd["spec"] as JsonObject)["conversion"];
    if (!isJsonObject(conversion) || conversion["strategy"] !== "Webhook") return undefined;
    const group = String((crd["spec"] as JsonObject)["group"]);
    return (objects, version) => convertByWebhook(this.#webhooks, crd, objects, `${group}/${version}`);
  }

  async #finalize(crd: K8sObject): Promise<void> {
    const name = crd.metadata.name ?? "";
    const definition = this.#registered.has(name) ? definitionOf(crd, undefined, 0) : undefined;
    if (!crd.metadata.finalizers?.includes(cleanupFinalizer)) return;
    const spec = crd["spec"] as JsonObject;
    const instances = `${String(spec["group"])}/${namesOf(spec).plural}`;
    await this.#writeStatus(crd, {
      conditions: this.#withCondition(conditionsOf(crd), {
        type: "Terminating",
        status: "True",
        reason: "InstanceDeletionInProgress",
        message: "CustomResource deletion is in progress",
      }) as unknown as JsonValue,
    });
    if (definition) {
      for (const stored of this.#server.store.list(instances)) {
        const { namespace, name: instance = "" } = stored.object.metadata;
        const scope = namespace === undefined ? "" : `/namespaces/${namespace}`;
        const version = definition.versions[0]!.version;
        await this.#send("DELETE", `/apis/${definition.group}/${version}${scope}/${definition.resource}/${instance}`);
      }
    }
    if (this.#server.store.list(instances).length > 0) {
      // Finalizers of instances take their time: looked at again when one of them goes.
      this.#server.store.onChange(instances, (event) => {
        if (event.type === "DELETED") void this.reconcile(name);
      });
      return;
    }
    this.#unregister(name);
    const current = this.#read(name);
    if (!current) return;
    const { finalizers = [], resourceVersion: _version, ...metadata } = current.metadata;
    await this.#send("PUT", `${basePath}/${name}`, {
      ...current,
      metadata: { ...metadata, finalizers: finalizers.filter((finalizer) => finalizer !== cleanupFinalizer) },
    });
  }
}

function conditionsOf(crd: K8sObject): readonly Condition[] {
  const status = crd["status"] as JsonObject | undefined;
  const conditions = status?.["conditions"];
  return isJsonArray(conditions) ? (conditions as unknown as readonly Condition[]) : [];
}

function condition(crd: K8sObject, type: string): Condition | undefined {
  return conditionsOf(crd).find((item) => item.type === type);
}

function texts(value: JsonValue | undefined): readonly string[] {
  return isJsonArray(value) ? value.map(String) : [];
}

function namesOf(spec: JsonObject): Names {
  const names = (isJsonObject(spec["names"]) ? spec["names"] : {}) as JsonObject;
  return {
    plural: String(names["plural"] ?? ""),
    singular: String(names["singular"] ?? ""),
    kind: String(names["kind"] ?? ""),
    listKind: String(names["listKind"] ?? ""),
    shortNames: texts(names["shortNames"]),
    categories: texts(names["categories"]),
  };
}

function namesJson(names: Names): JsonObject {
  return {
    plural: names.plural,
    ...(names.singular !== "" && { singular: names.singular }),
    ...(names.shortNames.length > 0 && { shortNames: names.shortNames }),
    kind: names.kind,
    ...(names.listKind !== "" && { listKind: names.listKind }),
    ...(names.categories.length > 0 && { categories: names.categories }),
  };
}

function definitionOf(crd: K8sObject, convert: VersionConverter | undefined, revision: number): ResourceDefinition {
  const spec = crd["spec"] as JsonObject;
  const versions = (spec["versions"] as readonly JsonObject[]) ?? [];
  const group = String(spec["group"]);
  const names = namesOf(spec);
  const schemas = new Map<string, JsonObject>();
  for (const version of versions) {
    const schema = isJsonObject(version["schema"]) ? version["schema"]["openAPIV3Schema"] : undefined;
    if (isJsonObject(schema)) schemas.set(String(version["name"]), schema);
  }
  const storage = versions.find((version) => version["storage"] === true);
  const preserveUnknownFields = spec["preserveUnknownFields"] === true;
  return customDefinition({
    group,
    names,
    namespaced: spec["scope"] === "Namespaced",
    storageVersion: String(storage?.["name"] ?? ""),
    versions: versions
      .filter((version) => version["served"] === true)
      .map((version) => versionOf(version, names.kind, group, schemas.get(String(version["name"])))),
    rules: new SchemaRules(schemas, { preserveUnknownFields }),
    watchableFrom: revision,
    ...(convert && { convert }),
  });
}

function versionOf(
  version: JsonObject,
  kind: string,
  group: string,
  schema: JsonObject | undefined,
): ResourceVersionDefinition {
  const name = String(version["name"]);
  const subresources = isJsonObject(version["subresources"]) ? version["subresources"] : {};
  const verbs = ["get", "patch", "update"];
  const { scale } = subresources;
  const selectable = version["selectableFields"];
  const warning = version["deprecationWarning"];
  const columns = version["additionalPrinterColumns"];
  return {
    version: name,
    ...(schema && { schema }),
    subresources: [
      ...(subresources["status"] !== undefined ? [{ name: "status", kind, verbs }] : []),
      ...(isJsonObject(scale) ? [{ name: "scale", kind: "Scale", group: "autoscaling", version: "v1", verbs }] : []),
    ],
    columns: (isJsonArray(columns) ? columns : []) as unknown as readonly PrinterColumn[],
    ...(isJsonObject(scale) && {
      scale: {
        specReplicasPath: String(scale["specReplicasPath"]),
        statusReplicasPath: String(scale["statusReplicasPath"]),
        ...(typeof scale["labelSelectorPath"] === "string" && { labelSelectorPath: scale["labelSelectorPath"] }),
      },
    }),
    selectableFields: isJsonArray(selectable)
      ? selectable.map((field) => String(isJsonObject(field) ? field["jsonPath"] : ""))
      : [],
    ...(version["deprecated"] === true && {
      deprecationWarning: typeof warning === "string" ? warning : `${group}/${name} ${kind} is deprecated`,
    }),
  };
}
