import type {
  CoreInterceptor,
  InterceptorEnvironment,
  InterceptorRequest,
  InterceptorResponse,
} from "../interceptors/interceptor.ts";
import { decodeInterceptorResponse, encodeInterceptorRequest } from "../interceptors/wire.ts";
import { quoteGo } from "../json/go-print.ts";
import { decodeGoUtf8 } from "../json/go-utf8.ts";
import type { JsonObject } from "../json/value.ts";
import { err, ok, type Result } from "../result.ts";
import { type FormOptions, formAsJson } from "./form-body.ts";
import { interceptorUrl } from "./interceptor-address.ts";
import type { InterceptorHttp } from "./interceptor-http.ts";
import { callWebhook, webhookUrl } from "./legacy-webhook.ts";
import type { EventBody, EventHeader, TriggerEvent } from "./trigger-event.ts";
import type { TriggerResources } from "./trigger-resources.ts";
import type { InterceptorUse } from "./trigger-spec.ts";
import type { FailureReason, InterceptorVerdict, TriggerOutcome } from "./verdict.ts";

/** What the chain of interceptors needs around it. */
export interface ChainEnvironment {
  readonly resources: TriggerResources;
  readonly interceptors: InterceptorEnvironment;
  /** Interceptors that run in this process instead of behind the core interceptors' Service, by name. */
  readonly core: ReadonlyMap<string, CoreInterceptor>;
  readonly http: InterceptorHttp;
  readonly form?: FormOptions;
}

/** Whom the chain works for. */
export interface ChainOwner {
  /** `namespaces/<ns>/triggers/<name>` or `namespaces/<ns>/triggerGroups/<name>`. */
  readonly triggerId: string;
  /** Services of legacy webhooks are looked for here. */
  readonly namespace: string;
  /** Namespaced Interceptors are looked for in the listener's namespace, as in Tekton. */
  readonly listenerNamespace: string;
}

/** The event as it stands between interceptors. */
export interface ChainState {
  readonly header: EventHeader;
  readonly body: EventBody;
  readonly extensions: JsonObject;
}

export interface ChainResult extends ChainState {
  readonly verdicts: readonly InterceptorVerdict[];
  /** Why the chain ended early; undefined when every interceptor let the event pass. */
  readonly outcome?: Exclude<TriggerOutcome, { readonly kind: "matched" }>;
}

type Step = {
  readonly state: ChainState;
  readonly verdict: InterceptorVerdict;
  readonly outcome?: Exclude<TriggerOutcome, { readonly kind: "matched" }>;
};

/** Asks the interceptors in order until one says no (spec: event processing, section 3). */
export async function runChain(
  uses: readonly InterceptorUse[],
  event: TriggerEvent,
  initial: ChainState,
  owner: ChainOwner,
  environment: ChainEnvironment,
): Promise<ChainResult> {
  if (uses.length === 0) return { ...initial, verdicts: [] };
  let state = initial;
  // The bytes that senders sign: a form's conversion does not change them, a webhook's answer does.
  let rawBody = state.body.bytes;
  if (uses[0]?.kind !== "webhook" || Object.keys(state.extensions).length > 0) {
    const converted = formAsJson(state.header, state.body, environment.form);
    if (converted) state = { ...state, body: converted };
  }
  const verdicts: InterceptorVerdict[] = [];
  for (const use of uses) {
    const step =
      use.kind === "webhook"
        ? await webhookStep(use, state, event, owner, environment)
        : await interceptorStep(use, state, rawBody, event, owner, environment);
    verdicts.push(step.verdict);
    if (step.outcome) return { ...step.state, verdicts, outcome: step.outcome };
    if (use.kind === "webhook") rawBody = step.state.body.bytes;
    state = step.state;
  }
  return { ...state, verdicts };
}

async function webhookStep(
  use: Extract<InterceptorUse, { readonly kind: "webhook" }>,
  state: ChainState,
  event: TriggerEvent,
  owner: ChainOwner,
  environment: ChainEnvironment,
): Promise<Step> {
  const url = webhookUrl(use.webhook, owner.namespace);
  const name = url.ok ? url.value : "webhook";
  const failed = (message: string, reason: FailureReason, canPass: boolean): Step => ({
    state,
    verdict: { name, kind: "webhook", decision: "error", message },
    outcome: { kind: "failed", reason, message, canPass },
  });
  if (!url.ok) return failed(url.error, "InterceptorMisconfigured", false);
  const answer = await callWebhook(url.value, use.webhook, { ...state, url: event.url }, environment.http);
  if (!answer.ok) {
    const { message, isTemporary } = answer.error;
    return failed(message, isTemporary ? "InterceptorUnavailable" : "InterceptorFailed", isTemporary);
  }
  return { state: { ...state, ...answer.value }, verdict: { name, kind: "webhook", decision: "continue" } };
}

/** Why an interceptor could not be asked, or gave no answer. */
interface CallFailure {
  readonly reason: FailureReason;
  readonly message: string;
  readonly canPass: boolean;
}

async function interceptorStep(
  use: Extract<InterceptorUse, { readonly kind: "ref" }>,
  state: ChainState,
  rawBody: Uint8Array,
  event: TriggerEvent,
  owner: ChainOwner,
  environment: ChainEnvironment,
): Promise<Step> {
  const { name } = use;
  const kind = use.refKind === "NamespacedInterceptor" ? "NamespacedInterceptor" : "ClusterInterceptor";
  const request: InterceptorRequest = {
    body: state.body.text,
    rawBody,
    decodedBody: state.body,
    ...(event.hasHashedSecrets === true ? { hasHashedSecrets: true } : {}),
    header: state.header,
    extensions: state.extensions,
    interceptorParams: use.params,
    context: { eventUrl: event.url, eventId: event.id, triggerId: owner.triggerId },
  };
  const answer = await ask(use, request, owner, environment);
  if (!answer.ok) {
    const verdict: InterceptorVerdict = { name, kind, decision: "error", message: answer.error.message };
    return { state, verdict, outcome: { kind: "failed", ...answer.error } };
  }
  const { extensions, evidence, status } = answer.value;
  const shared = { name, kind, ...(evidence ? { evidence } : {}) } as const;
  if (answer.value.continue) {
    const verdict: InterceptorVerdict = { ...shared, decision: "continue", ...(extensions ? { extensions } : {}) };
    return { state: extensions ? { ...state, extensions: { ...state.extensions, ...extensions } } : state, verdict };
  }
  const verdict: InterceptorVerdict = { ...shared, decision: "stop", code: status.code, message: status.message };
  return { state, verdict, outcome: outcomeOfStop(name, answer.value) };
}

function outcomeOfStop(
  interceptor: string,
  response: InterceptorResponse,
): Exclude<TriggerOutcome, { readonly kind: "matched" }> {
  const { code, message } = response.status;
  switch (response.stopCause) {
    case "verification":
      return { kind: "rejected", interceptor, code, message };
    case "configuration":
      return { kind: "failed", reason: "InterceptorMisconfigured", message, canPass: false };
    case "unavailable":
      return { kind: "failed", reason: "InterceptorUnavailable", message, canPass: true };
    case "failure":
      return { kind: "failed", reason: "InterceptorFailed", message, canPass: false };
    default:
      return { kind: "filtered", interceptor, code, message };
  }
}

async function ask(
  use: Extract<InterceptorUse, { readonly kind: "ref" }>,
  request: InterceptorRequest,
  owner: ChainOwner,
  environment: ChainEnvironment,
): Promise<Result<InterceptorResponse, CallFailure>> {
  const url = resolveUrl(use, owner, environment.resources);
  if (!url.ok) return url;
  const core = coreName(url.value);
  const interceptor = core === undefined ? undefined : environment.core.get(core);
  if (interceptor) return ok(await interceptor(request, environment.interceptors));

  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(url.value)?.[1]?.toLowerCase() ?? "";
  if (scheme !== "http" && scheme !== "https") {
    const message = `Post ${quoteGo(url.value)}: unsupported protocol scheme ${quoteGo(scheme)}`;
    return err({ reason: "InterceptorMisconfigured", message, canPass: false });
  }
  const header = { "Content-Type": ["application/json"] };
  const answer = await environment.http.post({ url: url.value, header, body: encodeInterceptorRequest(request) });
  if (!answer.ok) {
    const message = `Post ${quoteGo(url.value)}: ${answer.error}`;
    return err({ reason: "InterceptorUnavailable", message, canPass: true });
  }
  const text = decodeGoUtf8(answer.value.body);
  if (answer.value.status !== 200) {
    const canPass = answer.value.status >= 500 || answer.value.status === 429;
    return err({ reason: "InterceptorFailed", message: `interceptor response was not 200: ${text}`, canPass });
  }
  const response = decodeInterceptorResponse(text);
  return response.ok ? response : err({ reason: "InterceptorFailed", message: response.error, canPass: false });
}

function resolveUrl(
  use: Extract<InterceptorUse, { readonly kind: "ref" }>,
  owner: ChainOwner,
  resources: TriggerResources,
): Result<string, CallFailure> {
  const isNamespaced = use.refKind === "NamespacedInterceptor";
  // Tekton posts to an empty URL when the kind is neither, and so reports that.
  if (!isNamespaced && use.refKind !== "ClusterInterceptor") return ok("");
  const object = isNamespaced
    ? resources.interceptor(owner.listenerNamespace, use.name)
    : resources.clusterInterceptor(use.name);
  const failed = (cause: string, reason: FailureReason, canPass: boolean) =>
    err({ reason, message: `url resolution failed for interceptor ${use.name} with: ${cause}`, canPass });
  if (object === undefined) {
    const singular = isNamespaced ? "interceptor" : "clusterinterceptor";
    const unreadable = resources.unreadable?.(`${singular}s`);
    const cause = unreadable ?? `${singular}.triggers.tekton.dev "${use.name}" not found`;
    return failed(cause, "InterceptorNotFound", unreadable !== undefined);
  }
  const url = interceptorUrl(object);
  return url.ok ? url : failed(url.error, "InterceptorMisconfigured", false);
}

const coreUrl = /^https?:\/\/tekton-triggers-core-interceptors\.[a-z0-9-]+\.svc(?::\d+)?\/([^/?#]*)$/;

/** The name of the interceptor when a URL is that of the core interceptors' Service, in whichever namespace. */
function coreName(url: string): string | undefined {
  return coreUrl.exec(url)?.[1]?.toLowerCase();
}
