import { resolveReferences } from "./bindings.ts";
import { excerptOfBrokenJson } from "./broken-json.ts";
import { type ChainEnvironment, type ChainState, runChain } from "./interceptor-chain.ts";
import { resolveParams } from "./params.ts";
import { type Discover, planCreation, renderTemplate } from "./render.ts";
import { type SelectedTrigger, selectGroupTriggers, type TriggerGroup } from "./select-triggers.ts";
import type { TriggerEvent } from "./trigger-event.ts";
import type { FailureReason, TriggerIdentity, TriggerOutcome, TriggerVerdict } from "./verdict.ts";

/** All that the engine reaches: lookups, interceptors, discovery, randomness. */
export interface EngineEnvironment extends ChainEnvironment {
  /**
   * What the API server serves, asked as the account that will create the objects (undefined: the listener's own).
   */
  readonly discover: (serviceAccount: ServiceAccountRef | undefined) => Discover;
  /** Why objects cannot be created as that account; undefined when they can. */
  readonly refuseImpersonation?: (serviceAccount: ServiceAccountRef) => string | undefined;
  /** A UUID: the value of `$(uid)` in one run of a trigger. */
  readonly newUid: (trigger: SelectedTrigger, eventId: string) => string;
}

/** Names a ServiceAccount. */
export interface ServiceAccountRef {
  readonly namespace: string;
  readonly name: string;
}

/** Names an EventListener. */
export interface ListenerRef {
  readonly namespace: string;
  readonly name: string;
}

/** The account that a trigger creates its objects as; undefined for the listener's own. */
export function serviceAccountOf({ identity, spec }: SelectedTrigger): ServiceAccountRef | undefined {
  return spec.serviceAccountName === "" ? undefined : { namespace: identity.namespace, name: spec.serviceAccountName };
}

/** What a group hands to its triggers: headers and extensions; the body is the original again, as in Tekton. */
type GroupState = Pick<ChainState, "header" | "extensions">;

/**
 * Computes what one trigger makes of an event: interceptors, bindings, template, objects. Nothing is created
 * (spec: event processing, section 3).
 */
export async function runTrigger(
  trigger: SelectedTrigger,
  event: TriggerEvent,
  listener: ListenerRef,
  environment: EngineEnvironment,
  group?: GroupState,
): Promise<TriggerVerdict> {
  const { identity, spec } = trigger;
  const { resources } = environment;
  const { chain, soFar } = await askInterceptors(
    { kind: "triggers", identity, interceptors: spec.interceptors },
    event,
    listener,
    environment,
    group,
  );
  if (chain.outcome) return { ...soFar, outcome: chain.outcome };

  const missing: string[] = [];
  const seek = <T>(plural: string, found: T | undefined): T | undefined => {
    if (found === undefined) missing.push(plural);
    return found;
  };
  const references = resolveReferences(
    { bindings: spec.bindings, ...(spec.template ? { template: spec.template } : {}) },
    {
      triggerBinding: (name) => seek("triggerbindings", resources.triggerBinding(identity.namespace, name)),
      clusterTriggerBinding: (name) => seek("clustertriggerbindings", resources.clusterTriggerBinding(name)),
      triggerTemplate: (name) => seek("triggertemplates", resources.triggerTemplate(identity.namespace, name)),
    },
  );
  if (!references.ok) {
    const unreadable = missing.flatMap((plural) => resources.unreadable?.(plural) ?? [])[0];
    const message = unreadable === undefined ? references.error : `${references.error} (${unreadable})`;
    return { ...soFar, outcome: failure("BindingsNotResolved", message, unreadable !== undefined) };
  }
  const { template } = references.value;
  const params = resolveParams(references.value.params, template.spec.params ?? [], {
    header: chain.header,
    body: chain.body.bindingsJson,
    extensions: chain.extensions,
    eventId: event.id,
  });
  if (!params.ok) return { ...soFar, outcome: failure("ParamsNotResolved", params.error) };

  const rendered = renderTemplate(template, params.value, () => environment.newUid(trigger, event.id));
  const account = serviceAccountOf(trigger);
  const refusal = account && environment.refuseImpersonation?.(account);
  if (refusal !== undefined) {
    return { ...soFar, params: params.value, outcome: failure("ImpersonationFailed", refusal) };
  }
  const plan = await planCreation(rendered, {
    labels: { eventListener: listener.name, trigger: identity.name, eventId: event.id },
    namespace: identity.namespace,
    discover: environment.discover(account),
  });
  const complete = { ...soFar, params: params.value, objects: plan.objects };
  if (plan.error === undefined) return { ...complete, outcome: { kind: "matched" } };
  const failed = rendered[plan.objects.length];
  return { ...complete, outcome: planFailure(plan.error, failed?.ok ? failed.value : undefined) };
}

/** What became of a trigger group. */
export type GroupRun =
  /** Its interceptors ended it. */
  | { readonly kind: "ended"; readonly verdict: TriggerVerdict }
  /** Its selector is wrong. */
  | { readonly kind: "misconfigured"; readonly verdict: TriggerVerdict }
  | { readonly kind: "selected"; readonly triggers: readonly SelectedTrigger[]; readonly state: GroupState };

/** Asks a group's interceptors and selects its triggers, each to be run with the state that comes back. */
export async function runGroup(
  group: TriggerGroup,
  event: TriggerEvent,
  listener: ListenerRef,
  environment: EngineEnvironment,
): Promise<GroupRun> {
  const { identity } = group;
  const { chain, soFar } = await askInterceptors(
    { kind: "triggerGroups", identity, interceptors: group.interceptors },
    event,
    listener,
    environment,
  );
  if (chain.outcome) return { kind: "ended", verdict: { ...soFar, outcome: chain.outcome } };
  const triggers = selectGroupTriggers(group, environment.resources);
  if (!triggers.ok) {
    const outcome = failure("SelectorInvalid", `failed to create label selector: ${triggers.error}`);
    return { kind: "misconfigured", verdict: { ...soFar, outcome } };
  }
  return { kind: "selected", triggers: triggers.value, state: chain };
}

/** What the interceptors of a trigger or group say, and the verdict as far as that goes. */
async function askInterceptors(
  {
    kind,
    identity,
    interceptors,
  }: {
    /** As interceptors are told it, in the name of the trigger. */
    readonly kind: "triggers" | "triggerGroups";
    readonly identity: TriggerIdentity;
    readonly interceptors: TriggerGroup["interceptors"];
  },
  event: TriggerEvent,
  listener: ListenerRef,
  environment: EngineEnvironment,
  { header, extensions }: GroupState = { header: event.header, extensions: {} },
) {
  const owner = {
    triggerId: `namespaces/${identity.namespace}/${kind}/${identity.name}`,
    namespace: identity.namespace,
    listenerNamespace: listener.namespace,
  };
  const chain = await runChain(interceptors, event, { header, body: event.body, extensions }, owner, environment);
  const soFar = {
    eventId: event.id,
    listener,
    trigger: identity,
    interceptors: chain.verdicts,
    extensions: chain.extensions,
    params: [],
    objects: [],
  } satisfies Omit<TriggerVerdict, "outcome">;
  return { chain, soFar };
}

function failure(reason: FailureReason, message: string, canPass = false): TriggerOutcome {
  return { kind: "failed", reason, message, canPass };
}

/** `text` is the rendered resource that it is about. */
function planFailure(message: string, text: string | undefined): TriggerOutcome {
  const isDiscovery = message.startsWith("couldn't find API resource for json: ");
  // A kind may be installed later; that it is unknown now is no reason to wait, though, unless the server was silent.
  const canPass = isDiscovery && !message.includes("could not find") && !message.includes("groupVersion");
  if (isDiscovery) return failure("ResourceUnknown", message, canPass);
  const near = text === undefined ? undefined : excerptOfBrokenJson(text);
  return { kind: "failed", reason: "TemplateInvalid", message, canPass, ...(near === undefined ? {} : { near }) };
}
