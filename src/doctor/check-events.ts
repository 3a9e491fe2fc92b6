import { selectedPaths } from "../cel/selected-paths.ts";
import { diagnoseSignature, likeliestReason } from "../interceptors/diagnose-signature.ts";
import { type JsonValue, member } from "../json/value.ts";
import { resolveReferences } from "../triggers/bindings.ts";
import type { PairRecord, StoredEvent } from "../triggers/event-journal.ts";
import { explainPairs } from "../triggers/explain.ts";
import { decodeEventBody, resolveParams } from "../triggers/params.ts";
import type { SelectedTrigger } from "../triggers/select-triggers.ts";
import { secretRefsOf, secretValues } from "./check-references.ts";
import type { Finding, FindingPlace } from "./finding.ts";
import { interceptorsOf, type ListenerFacts, nameOfTrigger, verifyingInterceptors } from "./listener-facts.ts";

/** Triggers that anybody who knows the address can start. */
export function checkUnsigned(facts: ListenerFacts): readonly Finding[] {
  const open = facts.triggers.filter((trigger) => !interceptorsOf(trigger, facts.selection).some(mayVerify));
  return open.map((trigger) => ({
    level: "warning",
    check: "signatures",
    message: `trigger ${nameOfTrigger(trigger)} does not verify senders: anybody who knows the address can start it`,
    hint: "give its interceptor a secretRef, or compare a header with a secret: header.canonical('X-Token').compareSecret('key', 'secret')",
    at: { trigger: trigger.identity.path },
  }));
}

function mayVerify(use: ReturnType<typeof interceptorsOf>[number]): boolean {
  // What others do is not known.
  if (use.kind === "webhook") return true;
  // With a reference that lacks a part it lets nobody pass, which is told elsewhere.
  if (verifyingInterceptors.has(use.name)) return secretValues(use.params).length > 0;
  if (use.name !== "cel") return true;
  const filter = member(use.params, "filter");
  return typeof filter === "string" && filter.includes("compareSecret");
}

/** Events whose senders could not be verified, by likely cause. */
export async function checkSignatures(facts: ListenerFacts): Promise<readonly Finding[]> {
  const causes = new Map<
    string,
    { count: number; readonly pair: PairRecord; readonly cause: string; readonly example: string; isOver: boolean }
  >();
  // Newest first: what a trigger ran for before it comes to its refusals shows that its secret is right by now.
  const verified = new Set<string>();
  for (const { event, pairs } of facts.events ?? []) {
    for (const pair of pairs) {
      if (pair.state === "created") verified.add(pair.trigger.path);
      if (pair.state !== "rejected") continue;
      const cause = await causeOf(facts, event, pair);
      const key = `${pair.trigger.path} ${cause}`;
      const entry = causes.get(key) ?? {
        count: 0,
        pair,
        cause,
        example: event.id,
        isOver: verified.has(pair.trigger.path),
      };
      entry.count++;
      causes.set(key, entry);
    }
  }
  return [...causes.values()].map(({ count, pair, cause, example, isOver }) => ({
    level: isOver ? "warning" : "error",
    check: "signatures",
    message: `trigger ${pair.trigger.name || pair.trigger.path}: ${count === 1 ? "1 event" : `${count} events`} could not be verified, such as ${example}: ${cause}`,
    ...(isOver ? { hint: "it has run since, for senders that could be verified" } : {}),
    at: stoppedAt(pair),
  }));
}

/** The interceptor that turned the sender away, as far as it is an object. */
function stoppedAt({ trigger, verdict }: PairRecord): FindingPlace {
  const name = verdict?.interceptors.at(-1)?.name ?? "";
  return verifyingInterceptors.has(name) || name === "cel"
    ? { trigger: trigger.path, object: { kind: "ClusterInterceptor", name } }
    : { trigger: trigger.path };
}

async function causeOf(facts: ListenerFacts, event: StoredEvent["event"], pair: PairRecord): Promise<string> {
  const stopped = pair.verdict?.interceptors.at(-1)?.name ?? "";
  const trigger = facts.triggers.find(({ identity }) => identity.path === pair.trigger.path);
  const uses = trigger === undefined ? [] : interceptorsOf(trigger, facts.selection);
  const use = uses.find((each) => each.kind === "ref" && each.name === stopped);
  const refs = use?.kind === "ref" ? secretRefsOf(use.params) : [];
  const namespace = trigger?.identity.namespace ?? facts.ref.namespace;
  const causes: string[] = [];
  for (const ref of refs) {
    const secret = await facts.resources.read({ namespace, ...ref });
    causes.push(secret.ok ? diagnoseSignature(event, secret.value) : `the Secret cannot be read: ${secret.error}`);
  }
  return likeliestReason(causes) ?? pair.verdict?.interceptors.at(-1)?.message ?? "the trigger has changed since";
}

/** Triggers that no event has started, or none since some failed, with the reason that comes most often. */
export function checkSilence(facts: ListenerFacts): readonly Finding[] {
  const events = facts.events ?? [];
  return facts.triggers.flatMap((trigger): readonly Finding[] => {
    const pairs = events.flatMap((stored) =>
      stored.pairs.filter((pair) => pair.trigger.path === trigger.identity.path),
    );
    const name = nameOfTrigger(trigger);
    // Newest first.
    const lastRun = pairs.findIndex(({ state }) => state === "created");
    if (lastRun >= 0) return failuresSince(facts, trigger, pairs.slice(0, lastRun));
    if (pairs.length === 0) return [];
    const reasons = new Map<string, number>();
    for (const reason of reasonsOf(pairs)) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    const [reason = "", count = 0] = [...reasons].sort((a, b) => b[1] - a[1])[0] ?? [];
    const isFailing = pairs.some(hasFailed);
    return [
      {
        level: isFailing ? "error" : "warning",
        check: "triggers",
        message: `trigger ${name} ${silenceText(pairs.length, count)} it ${reason}`,
        hint: `tektite events explain --listener ${facts.ref.name} --trigger ${name}`,
        at: { trigger: trigger.identity.path },
      },
    ];
  });
}

/** Events that a trigger failed on, all after it ran last. */
function failuresSince(
  facts: ListenerFacts,
  trigger: SelectedTrigger,
  pairs: readonly PairRecord[],
): readonly Finding[] {
  const failed = pairs.filter(hasFailed);
  const [reason] = reasonsOf(failed);
  if (reason === undefined) return [];
  const name = nameOfTrigger(trigger);
  const many = failed.length === 1 ? "1 event" : `${failed.length} events`;
  return [
    {
      level: "error",
      check: "triggers",
      message: `trigger ${name} has failed on ${many} since it ran last; the newest: it ${reason}`,
      hint: `tektite events explain --listener ${facts.ref.name} --trigger ${name} --verdict ${failed[0]?.state}`,
      at: { trigger: trigger.identity.path },
    },
  ];
}

function hasFailed({ state }: PairRecord): boolean {
  return state === "failed" || state === "dead";
}

/** What became of each, as the end of a sentence that begins with "it". */
function reasonsOf(pairs: readonly PairRecord[]): readonly string[] {
  return explainPairs(pairs).map(({ summary }) => summary.replace(/^Trigger .*? (?=did|failed|was|has|ran|is)/, ""));
}

/** Of how many events it has run for none, and how many of them the reason that follows explains. */
function silenceText(events: number, explained: number): string {
  if (events === 1) return "has not run for the only event that it was asked about:";
  const share = explained === events ? "each time" : explained === 1 ? "once" : `${explained} times`;
  return `has run for none of ${events} events; ${share}`;
}

/** Paths in bindings and filters that no stored event has. */
export function checkPaths(facts: ListenerFacts): readonly Finding[] {
  return facts.triggers.flatMap((trigger) => {
    const events = eventsFor(facts, trigger);
    if (events.length === 0) return [];
    const bodies = events.map((event) => decodeEventBody(event.body));
    const count = events.length === 1 ? "the only event does not have it" : `none of ${events.length} events has it`;
    const warn = (what: string, hint?: string): Finding => ({
      level: "warning",
      check: "paths",
      message: `trigger ${nameOfTrigger(trigger)}: ${what}: ${count}`,
      ...(hint === undefined ? {} : { hint }),
      at: { trigger: trigger.identity.path },
    });
    const filters = interceptorsOf(trigger, facts.selection).flatMap((use) => {
      const filter = use.kind === "ref" && use.name === "cel" ? member(use.params, "filter") : undefined;
      return typeof filter === "string" ? [filter] : [];
    });
    const missing = filters
      .flatMap(selectedPaths)
      .filter((path) => path.startsWith("body.") && !bodies.some((body) => body.ok && hasPath(body.value, path)));
    const params = bindingsOf(facts, trigger).filter(
      ({ value }) => value.includes("$(") && !/\$\(\s*extensions/.test(value),
    );
    const unread = params.filter(
      (param) =>
        !events.some(({ id, header }, index) => {
          const body = bodies[index] ?? decodeEventBody("");
          return resolveParams([param], [], { header, body, extensions: {}, eventId: id }).ok;
        }),
    );
    return [
      ...missing.map((path) => warn(`its filter reads ${path}`)),
      ...unread.map(({ name, value }) => warn(`param ${name} reads ${value}`, rootHint(value))),
    ];
  });
}

/** What to do about a path that begins with none of the parts of an event. */
function rootHint(value: string): string | undefined {
  const isKnown = /\$\(\s*(?:body|header|extensions|context)\b/.test(value);
  return isKnown ? undefined : "paths begin with body, header, extensions or context";
}

/** Those that came as far as the bindings; without any, those that it has been asked about. */
function eventsFor({ events = [] }: ListenerFacts, { identity }: SelectedTrigger): readonly StoredEvent["event"][] {
  const about = events.flatMap(({ event, pairs }) => {
    const pair = pairs.find(({ trigger }) => trigger.path === identity.path);
    return pair === undefined ? [] : [{ event, state: pair.state }];
  });
  const passed = about.filter(({ state }) => state !== "filtered" && state !== "rejected");
  return (passed.length > 0 ? passed : about).map(({ event }) => event);
}

function bindingsOf({ resources }: ListenerFacts, { identity, spec }: SelectedTrigger) {
  const { namespace } = identity;
  const references = resolveReferences(
    { bindings: spec.bindings, template: { spec: {} } },
    {
      triggerBinding: (name) => resources.triggerBinding(namespace, name),
      clusterTriggerBinding: (name) => resources.clusterTriggerBinding(name),
      triggerTemplate: () => undefined,
    },
  );
  return references.ok ? references.value.params : [];
}

function hasPath(body: JsonValue, path: string): boolean {
  let value: JsonValue | undefined = body;
  for (const field of path.split(".").slice(1)) value = member(value, field);
  return value !== undefined;
}
