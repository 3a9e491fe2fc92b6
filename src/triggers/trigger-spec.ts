import type {
  Binding,
  EventListenerTrigger,
  Template,
  InterceptorUse as TypedInterceptorUse,
  TriggerSpec as TypedTriggerSpec,
  Webhook,
} from "../api/triggers/objects.ts";
import type { JsonObject, JsonValue } from "../json/value.ts";

/** The parts of a Trigger, or of an inline trigger of an EventListener, that the engine reads. */
export interface TriggerSpec {
  readonly serviceAccountName: string;
  readonly bindings: readonly (Binding | null)[];
  readonly template: Template | undefined;
  readonly interceptors: readonly InterceptorUse[];
}

/** One entry of `interceptors`. */
export type InterceptorUse =
  | { readonly kind: "ref"; readonly refKind: string; readonly name: string; readonly params: JsonObject }
  | { readonly kind: "webhook"; readonly webhook: LegacyWebhook };

/** The old form of an interceptor: a URL or Service that answers with the new body and headers. */
export interface LegacyWebhook {
  readonly url: string | undefined;
  readonly objectRef:
    | { readonly kind?: string; readonly apiVersion?: string; readonly name?: string; readonly namespace?: string }
    | undefined;
  readonly header: readonly { readonly name: string; readonly values: readonly string[] }[];
}

const specs = new WeakMap<object, TriggerSpec>();

/** Reads a trigger's spec; the same object is only read once. */
export function triggerSpecOf(spec: TypedTriggerSpec | EventListenerTrigger): TriggerSpec {
  const known = specs.get(spec);
  if (known) return known;
  const read: TriggerSpec = {
    serviceAccountName: spec.serviceAccountName ?? "",
    bindings: spec.bindings ?? [],
    template: spec.template,
    interceptors: interceptorUses(spec.interceptors ?? []),
  };
  specs.set(spec, read);
  return read;
}

/** The entries of `interceptors` of a trigger or a trigger group. */
export function interceptorUses(uses: readonly (TypedInterceptorUse | null)[]): readonly InterceptorUse[] {
  return uses.flatMap((use): InterceptorUse[] => {
    if (use === null) return [];
    if (use.webhook) return [{ kind: "webhook", webhook: webhookOf(use.webhook) }];
    const { kind, name = "" } = use.ref ?? {};
    return [{ kind: "ref", refKind: kind || "ClusterInterceptor", name, params: paramsObject(use.params ?? []) }];
  });
}

/** Params as an object; the last of a name wins. */
function paramsObject(params: NonNullable<TypedInterceptorUse["params"]>): JsonObject {
  const object: Record<string, JsonValue> = Object.create(null);
  for (const { name = "", value } of params) object[name] = value?.json ?? null;
  return object;
}

function webhookOf({ url, objectRef, header = [] }: Webhook): LegacyWebhook {
  return {
    url: url === "" ? undefined : url,
    objectRef,
    header: header.map(({ name = "", value = "" }) => ({
      name,
      values: typeof value === "string" ? [value] : Array.isArray(value) ? (value as readonly string[]) : [],
    })),
  };
}
