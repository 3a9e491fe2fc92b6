import type { K8sObject, Status } from "../api/object.ts";
import { isJsonObject, type JsonObject, type JsonValue, member } from "../json/value.ts";
import type { KubeClient } from "../kube/client.ts";
import { err, ok, type Result } from "../result.ts";
import { carrierOf, spanContextAnnotations, type TraceContext } from "../tracing/trace-context.ts";
import type { CreatedObject } from "../triggers/event-journal.ts";
import { describeRefusal, type PlannedObject } from "../triggers/render.ts";
import type { ServiceAccountRef } from "../triggers/run-trigger.ts";
import type { FailureReason, TriggerVerdict } from "../triggers/verdict.ts";
import { deterministicName, type NamePolicy } from "./object-names.ts";

/** Why an object could not be created. */
export interface CreateFailure {
  /** As Tekton words it. */
  readonly message: string;
  readonly canPass: boolean;
  /** Absent: the API server refused it. */
  readonly reason?: FailureReason;
}

export interface CreateOptions {
  /** An earlier attempt may have created it already. */
  readonly isRepeated: boolean;
  /** Where a run is to continue the trace of its event. */
  readonly trace?: TraceContext;
}

/** Creates what a verdict plans. */
export interface ObjectCreator {
  create(
    verdict: TriggerVerdict,
    index: number,
    as: ServiceAccountRef | undefined,
    options: CreateOptions,
  ): Promise<Result<CreatedObject, CreateFailure>>;
}

/** How many names are tried when objects of somebody else have them already. */
const maxCandidates = 8;

/** Creates objects through the Kubernetes API as the listener's account, or the trigger's by impersonation. */
export class KubeObjectCreator implements ObjectCreator {
  readonly #client: KubeClient;
  readonly #names: NamePolicy;
  readonly #impersonating = new Map<string, KubeClient>();

  constructor(client: KubeClient, names: NamePolicy = deterministicName) {
    this.#client = client;
    this.#names = names;
  }

  async create(
    verdict: TriggerVerdict,
    index: number,
    as: ServiceAccountRef | undefined,
    { isRepeated, trace }: CreateOptions,
  ): Promise<Result<CreatedObject, CreateFailure>> {
    const planned = verdict.objects[index] as PlannedObject;
    const client = this.#clientFor(as);
    const metadata = withSpanContext(planned, trace);
    for (let candidate = 0; ; candidate++) {
      const named = isJsonObject(metadata) ? this.#names(metadata, { verdict, index, candidate }) : metadata;
      const isGenerated = named !== metadata;
      const object = { ...planned.object, ...(isJsonObject(named) && { metadata: named }) };
      const { namespace } = planned;
      const created = await client.create(planned.resource, object as unknown as K8sObject, { namespace });
      if (created.ok) return ok(describeCreated(created.value));
      if (created.error.reason === "AlreadyExists" && (isGenerated || isRepeated)) {
        const existing = await findOwn(client, planned, object, verdict);
        // An account that may only create cannot look: an earlier attempt's object is the likely one by far.
        if (existing === "unreadable" && isRepeated) return ok(describeCreated(object as unknown as K8sObject));
        if (typeof existing === "object") return ok(describeCreated(existing));
        if (isGenerated && candidate + 1 < maxCandidates) continue;
      }
      return err(describeFailure(planned, created.error));
    }
  }

  #clientFor(account: ServiceAccountRef | undefined): KubeClient {
    if (account === undefined) return this.#client;
    const userName = userNameOf(account);
    let client = this.#impersonating.get(userName);
    if (client === undefined) {
      client = this.#client.as({ userName });
      this.#impersonating.set(userName, client);
    }
    return client;
  }
}

/** The metadata of an object; a run gets the annotation by which Tekton's controllers continue a trace. */
function withSpanContext({ object, resource }: PlannedObject, trace: TraceContext | undefined): JsonValue | undefined {
  const metadata = member(object, "metadata");
  const name = resource.group === "tekton.dev" ? spanContextAnnotations[resource.kind] : undefined;
  if (trace === undefined || name === undefined || !isJsonObject(metadata)) return metadata;
  const own = member(metadata, "annotations");
  const annotations = { [name]: JSON.stringify(carrierOf(trace)), ...(isJsonObject(own) ? own : {}) };
  return { ...metadata, annotations };
}

/** The user that a ServiceAccount is. */
export function userNameOf({ namespace, name }: ServiceAccountRef): string {
  return `system:serviceaccount:${namespace}:${name}`;
}

/** The object of that name, when an earlier attempt for the same event and trigger made it. */
async function findOwn(
  client: KubeClient,
  planned: PlannedObject,
  object: JsonObject,
  { eventId, trigger }: TriggerVerdict,
): Promise<K8sObject | "foreign" | "unreadable"> {
  const name = member(member(object, "metadata"), "name");
  if (typeof name !== "string") return "foreign";
  const found = await client.get(planned.resource, { namespace: planned.namespace, name });
  if (!found.ok) return found.error.code === 404 ? "foreign" : "unreadable";
  const labels = found.value.metadata.labels ?? {};
  const isOwn =
    labels["triggers.tekton.dev/triggers-eventid"] === eventId &&
    labels["triggers.tekton.dev/trigger"] === trigger.name;
  return isOwn ? found.value : "foreign";
}

function describeCreated({ apiVersion, kind, metadata }: K8sObject): CreatedObject {
  const { namespace, name = "", uid = "" } = metadata;
  return { apiVersion, kind, name, uid, ...(namespace === undefined ? {} : { namespace }) };
}

function describeFailure(planned: PlannedObject, status: Status): CreateFailure {
  const { code = 0, message = "", reason = "" } = status;
  const canPass = code >= 500 || code === 429 || reason === "Conflict" || reason === "ServerTimeout";
  return { message: describeRefusal(planned.resource, code, message), canPass };
}
