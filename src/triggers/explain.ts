import type { Evidence } from "../interceptors/interceptor.ts";
import { encodeObject } from "../json/object-text.ts";
import { member } from "../json/value.ts";
import type { CreatedObject, PairRecord, StoredEvent } from "./event-journal.ts";
import type { ResolvedParam } from "./params.ts";
import type { PlannedObject } from "./render.ts";
import type { FailureReason, InterceptorVerdict, TriggerIdentity, TriggerOutcome, TriggerVerdict } from "./verdict.ts";

/** Why a trigger did or did not run for an event, in plain words. */
export interface Explanation {
  /** `trigger push`, `trigger group main`. */
  readonly trigger: string;
  readonly state: PairRecord["state"];
  /** One sentence. */
  readonly summary: string;
  /** What it is based on, and what to do; a line each. */
  readonly details: readonly string[];
}

/** Explains every trigger's part; the words are those of commands and of the web page. */
export function explainPairs(pairs: readonly PairRecord[]): readonly Explanation[] {
  return pairs.map(explainPair);
}

/** One sentence about an event that no trigger has a verdict on; undefined when one has. */
export function explainSilence({ pairs, isFinished, event }: StoredEvent): string | undefined {
  if (pairs.length > 0) return undefined;
  return isFinished
    ? `No trigger looked at it: EventListener ${event.listener.name} selected none.`
    : "No trigger has come to an end with it yet: it waits for its turn, or for its listener to start.";
}

function explainPair(pair: PairRecord): Explanation {
  const { verdict } = pair;
  const trigger = triggerText(pair.trigger);
  return {
    trigger,
    state: pair.state,
    summary: `${trigger} ${sentence(pair)}`.replace(/^t/, "T"),
    details: verdict === undefined ? [] : detailLines(pair, verdict),
  };
}

/** A trigger's name for people: inline triggers may have none. */
function triggerText({ kind, name, path, group }: TriggerIdentity): string {
  const shown = name === "" ? path : name;
  if (kind === "group") return `trigger group ${shown}`;
  return group === undefined ? `trigger ${shown}` : `trigger ${shown} of group ${group}`;
}

function sentence({ state, verdict, created, error, attempts, startedAtMs, updatedAtMs }: PairRecord): string {
  const outcome = verdict?.outcome;
  const message = withoutExcerpt(error ?? (outcome && "message" in outcome ? outcome.message : ""));
  switch (state) {
    case "created":
      return created.length === 0 ? "ran: its template has no resources." : `ran: it created ${listed(created)}.`;
    case "filtered":
      return `did not run: ${filterText(verdict)}`;
    case "rejected":
      return `did not run: the sender could not be verified by the ${nameOf(verdict)} interceptor (${message}).`;
    case "failed": {
      const before = created.length === 0 ? "" : `, after creating ${listed(created)}`;
      return `failed${before}: ${failureText(verdict)}${message}.`;
    }
    case "dead": {
      const minutes = Math.max(1, Math.round((updatedAtMs - startedAtMs) / 60_000));
      return `was given up after ${plural(attempts, "attempt")} in ${plural(minutes, "minute")}: ${message}.`;
    }
    case "retrying":
      return `has not run yet and is tried again; so far ${plural(attempts, "attempt")}, the last one: ${message}.`;
    case "running":
      return "is running.";
    default:
      return state satisfies never;
  }
}

/** CEL's errors repeat the expression on lines of their own, with a mark below: in one line they would only disturb. */
function withoutExcerpt(message: string): string {
  return message.replace(/\n \| [^\n]*/g, "").replaceAll("\nERROR: ", "; ");
}

function filterText(verdict: TriggerVerdict | undefined): string {
  const stop = verdict?.interceptors.at(-1);
  if (stop?.name === "cel") {
    const error = / failed to evaluate: ([\s\S]*)$/.exec(withoutExcerpt(stop.message ?? ""))?.[1];
    return error === undefined ? "its filter was false." : `its filter could not be evaluated on it (${error}).`;
  }
  const message = stop?.message === undefined || stop.message === "" ? "without saying why" : stop.message;
  return `the ${nameOf(verdict)} interceptor did not let it pass: ${message}.`;
}

function nameOf(verdict: TriggerVerdict | undefined): string {
  const outcome = verdict?.outcome;
  return outcome !== undefined && "interceptor" in outcome ? outcome.interceptor : "last";
}

/** What kind of failure it is, before its text. */
const failureTexts: Readonly<Record<FailureReason, string>> = {
  InterceptorNotFound: "it names an interceptor that cannot be found: ",
  InterceptorUnavailable: "an interceptor, or what it needs, did not answer: ",
  InterceptorMisconfigured: "an interceptor is configured wrongly: ",
  InterceptorFailed: "an interceptor could not do its work: ",
  BindingsNotResolved: "it refers to something that is not there: ",
  ParamsNotResolved: "a binding could not be read from the event: ",
  TemplateInvalid: "its template gives no valid object: ",
  ResourceUnknown: "its template gives an object of a kind that the cluster does not have: ",
  SelectorInvalid: "its selector is wrong: ",
  CreateFailed: "the API server refused an object: ",
  ImpersonationFailed: "its service account cannot be used: ",
};

function failureText(verdict: TriggerVerdict | undefined): string {
  return verdict?.outcome.kind === "failed" ? failureTexts[verdict.outcome.reason] : "";
}

function detailLines(pair: PairRecord, verdict: TriggerVerdict): readonly string[] {
  const missing = verdict.objects.slice(pair.created.length);
  return [
    ...verdict.interceptors.flatMap((each) => interceptorLines(each, verdict.outcome)),
    ...verdict.params.map(paramText),
    ...nearLines(verdict.outcome),
    ...unsetParamLines(verdict),
    ...(pair.state === "created" ? [] : missing.map((planned) => `was to create ${plannedText(planned)}`)),
  ];
}

const quotedHint =
  "values are put in as they are: leave the quotes around objects and lists out, or give the TriggerTemplate the annotation triggers.tekton.dev/old-escape-quotes, which makes texts of them";

/** Where the JSON that a template gives is broken, and the commonest cause. */
export function nearLines(outcome: TriggerOutcome): readonly string[] {
  if (outcome.kind !== "failed" || outcome.near === undefined) return [];
  const isQuoted = /"[{[]"?>>>/.test(outcome.near);
  const hint = isQuoted ? [quotedHint] : [];
  return [`its template stops being JSON at >>>: ${outcome.near}`, ...hint];
}

/** Params that neither a binding nor a default gave a value; what an event brings in is written `$$(`. */
export function unsetParamLines({ objects }: TriggerVerdict): readonly string[] {
  const texts = objects.flatMap(({ object }) => [
    ...encodeObject(object).matchAll(/(?<!\$)\$\(tt\.params\.([^)]+)\)/g),
  ]);
  return [...new Set(texts.map(([, name]) => name))].map(
    (name) => `param ${name} has neither a binding nor a default: $(tt.params.${name}) stays as it is`,
  );
}

/** What an interceptor answered and what it saw. */
function interceptorLines(
  { name, decision, message: whole, extensions, evidence = [] }: InterceptorVerdict,
  outcome: TriggerOutcome,
): readonly string[] {
  const message = whole === undefined ? undefined : withoutExcerpt(whole);
  const facts = evidence.map((fact) => `  ${evidenceText(fact)}`);
  switch (decision) {
    case "continue": {
      const added = extensions === undefined ? "" : `, and added ${encodeObject(extensions)}`;
      return [`the ${name} interceptor let it pass${added}`, ...facts];
    }
    case "stop": {
      const stopped = outcome.kind === "failed" ? "could not do its work" : "said no";
      return [
        `the ${name} interceptor ${stopped}${message === undefined || message === "" ? "" : `: ${message}`}`,
        ...facts,
      ];
    }
    case "error":
      return [`the ${name} interceptor could not be asked: ${message ?? ""}`, ...facts];
    default:
      return decision satisfies never;
  }
}

function evidenceText({ subject, value, error }: Evidence): string {
  return error === undefined ? `${subject} was ${encodeObject(value ?? null)}` : `${subject}: ${error}`;
}

function paramText({ name, value, source }: ResolvedParam): string {
  const shown = `param ${name} was ${JSON.stringify(value)}`;
  if (source.kind === "default") return `${shown}, the template's default`;
  const { binding, expressions } = source;
  const where = binding.kind === "inline" ? "an inline binding" : `${binding.kind} ${binding.name}`;
  const read = expressions.map(({ text, error }) =>
    error === undefined ? text : `${text}, which gave way to the default: ${error}`,
  );
  return `${shown}, from ${[where, ...read].join(": ")}`;
}

function plannedText({ object, namespace }: PlannedObject): string {
  const metadata = member(object, "metadata");
  const name = member(metadata, "name") ?? `${String(member(metadata, "generateName") ?? "")}…`;
  return `${String(member(object, "kind"))} ${namespace === undefined ? "" : `${namespace}/`}${String(name)}`;
}

function listed(created: readonly CreatedObject[]): string {
  return created
    .map(({ kind, namespace, name }) => `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`)
    .join(", ");
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
