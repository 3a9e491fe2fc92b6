import type { TriggersDefaults } from "./configuration.ts";
import { parsedJson, RawJson } from "./json-source.ts";
import type { Binding, EventListener, InterceptorObject, InterceptorUse, Trigger } from "./objects.ts";

/** The served versions: v1alpha1 still converts its old interceptor fields. */
export type TriggersVersion = "v1alpha1" | "v1beta1";

/** Defaults of an EventListener (spec: resources, section 5). */
export function defaultEventListener(
  listener: EventListener,
  version: TriggersVersion,
  config: TriggersDefaults,
): EventListener {
  const spec = listener.spec ?? {};
  const serviceAccountName = spec.serviceAccountName || config.serviceAccount;
  const kubernetes = spec.resources?.kubernetesResource;
  return {
    ...listener,
    spec: {
      ...spec,
      serviceAccountName,
      ...(spec.triggers && {
        triggers: spec.triggers.map((trigger) => ({
          ...trigger,
          ...(trigger.bindings && { bindings: trigger.bindings.map(defaultBinding) }),
          ...(trigger.interceptors && { interceptors: defaultInterceptors(trigger.interceptors, version) }),
        })),
      }),
      ...(spec.triggerGroups && {
        triggerGroups: spec.triggerGroups.map((group) => ({
          ...group,
          ...(group.interceptors && { interceptors: defaultInterceptors(group.interceptors, version) }),
        })),
      }),
      ...(kubernetes?.replicas === 0 && {
        resources: { ...spec.resources, kubernetesResource: { ...kubernetes, replicas: 1 } },
      }),
    },
  };
}

/** Defaults of a Trigger. */
export function defaultTrigger(trigger: Trigger, version: TriggersVersion): Trigger {
  const spec = trigger.spec ?? {};
  return {
    ...trigger,
    spec: {
      ...spec,
      ...(spec.bindings && { bindings: spec.bindings.map(defaultBinding) }),
      ...(spec.interceptors && { interceptors: defaultInterceptors(spec.interceptors, version) }),
    },
  };
}

/** Defaults of a ClusterInterceptor or Interceptor: without the label all other labels are lost. */
export function defaultInterceptorObject(interceptor: InterceptorObject): InterceptorObject {
  const labels = interceptor.metadata?.labels ?? {};
  if (Object.hasOwn(labels, "server/type")) return interceptor;
  return { ...interceptor, metadata: { ...interceptor.metadata, labels: { "server/type": "http" } } };
}

/** Every entry without a kind gets one, an inline name and value too. */
function defaultBinding(binding: Binding | null): Binding | null {
  return binding === null || binding.kind ? binding : { ...binding, kind: "TriggerBinding" };
}

function defaultInterceptors(
  interceptors: readonly (InterceptorUse | null)[],
  version: TriggersVersion,
): readonly (InterceptorUse | null)[] {
  return interceptors.map((interceptor) => {
    if (interceptor === null) return null;
    const withKind = interceptor.ref?.kind
      ? interceptor
      : { ...interceptor, ref: { ...interceptor.ref, kind: "ClusterInterceptor" } };
    return version === "v1alpha1" ? convertOldFields(withKind) : withKind;
  });
}

/** The first that is given is converted; the others stay, and validation has its say about them. */
const oldFields = ["bitbucket", "cel", "github", "gitlab"] as const;

/** Turns `github: {...}` and its likes into a reference with params. Without a `ref.name` params are always replaced. */
function convertOldFields(interceptor: InterceptorUse): InterceptorUse {
  if (interceptor.ref?.name) return interceptor;
  const { params: _, ...rest } = interceptor;
  const name = oldFields.find((field) => interceptor[field] !== undefined);
  if (name === undefined) return rest;
  const { [name]: __, ...others } = rest;
  return { ...others, ref: { ...interceptor.ref, name }, params: oldParams(interceptor, name) };
}

function oldParams(
  interceptor: InterceptorUse,
  name: (typeof oldFields)[number],
): NonNullable<InterceptorUse["params"]> {
  if (name === "cel") {
    const { filter = "", overlays } = interceptor.cel ?? {};
    return [
      param("filter", filter),
      param(
        "overlays",
        overlays?.map((each) => ordered(each, ["key", "expression"])),
      ),
    ];
  }
  const { secretRef, eventTypes } = interceptor[name] ?? {};
  return [
    param("secretRef", secretRef && ordered(secretRef, ["secretKey", "secretName"])),
    param("eventTypes", eventTypes),
  ];
}

function param(name: string, value: string | readonly string[] | readonly Ordered[] | Ordered | undefined) {
  return { name, value: value === undefined ? null : RawJson.from(parsedJson, value) };
}

type Ordered = Readonly<Record<string, string>>;

/** The Go structs leave empty strings out and write their fields in this order. */
function ordered(value: Readonly<Record<string, string>>, keys: readonly string[]): Ordered {
  return Object.fromEntries(keys.filter((key) => value[key]).map((key) => [key, value[key] ?? ""]));
}
