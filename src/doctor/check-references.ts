import type { Resource } from "../api/object.ts";
import { comparedSecrets } from "../cel/compared-secrets.ts";
import { expressionsOf } from "../interceptors/cel/expression-problems.ts";
import { isJsonArray, type JsonValue, member } from "../json/value.ts";
import { serviceAccounts } from "../kube/known-resources.ts";
import type { SelectedTrigger } from "../triggers/select-triggers.ts";
import type { Finding, FindingPlace } from "./finding.ts";
import { interceptorsOf, type ListenerFacts, nameOfTrigger, verifyingInterceptors } from "./listener-facts.ts";
import { isFixed, templatedRun } from "./templated-run.ts";

/** Looks for everything that a listener and its triggers name. */
export async function checkReferences(facts: ListenerFacts): Promise<readonly Finding[]> {
  const { ref, listener, selection, triggers } = facts;
  const findings: Finding[] = [];
  const report: Report = (message, at, hint) =>
    findings.push({ level: "error", check: "references", message, ...(hint === undefined ? {} : { hint }), at });
  for (const line of selection.missing) {
    const name = /^Error getting Trigger (\S+)/.exec(line)?.[1] ?? "";
    report(`the EventListener names Trigger ${name}, which is not in namespace ${ref.namespace}`, {
      object: { kind: "Trigger", namespace: ref.namespace, name },
    });
  }
  const account = listener.spec?.serviceAccountName || "default";
  if (!(await exists(facts, serviceAccounts, ref.namespace, account))) {
    report(`the EventListener's ServiceAccount ${account} is not in namespace ${ref.namespace}`, {});
  }
  for (const trigger of triggers) await checkTrigger(facts, trigger, report);
  if (triggers.length === 0 && selection.groups.length === 0) {
    findings.push({
      level: "warning",
      check: "references",
      message: "the EventListener has no trigger: events are accepted and nothing runs",
      hint: "add triggers, or labels that its labelSelector chooses",
    });
  }
  if (!facts.hasSecrets) {
    findings.push({ level: "warning", check: "references", message: "the Secrets that are named cannot be looked at" });
  }
  return findings.length > 0
    ? findings
    : [{ level: "ok", check: "references", message: "everything that is named is there" }];
}

type Report = (message: string, at: FindingPlace, hint?: string) => void;

async function checkTrigger(facts: ListenerFacts, trigger: SelectedTrigger, report: Report): Promise<void> {
  const { resources, ref } = facts;
  const { namespace, path } = trigger.identity;
  const who = `trigger ${nameOfTrigger(trigger)}`;
  const { spec } = trigger;
  for (const binding of spec.bindings) {
    const name = binding?.ref;
    if (!name) continue;
    const isWide = binding?.kind === "ClusterTriggerBinding";
    const found = isWide ? resources.clusterTriggerBinding(name) : resources.triggerBinding(namespace, name);
    const kind = isWide ? "ClusterTriggerBinding" : "TriggerBinding";
    if (found === undefined)
      report(`${who}: ${kind} ${name} does not exist`, {
        trigger: path,
        object: { kind, name, ...(isWide ? {} : { namespace }) },
      });
  }
  const template = spec.template?.ref;
  const templateSpec =
    spec.template?.spec ?? (template ? resources.triggerTemplate(namespace, template)?.spec : undefined);
  if (template && templateSpec === undefined)
    report(`${who}: TriggerTemplate ${template} does not exist`, {
      trigger: path,
      object: { kind: "TriggerTemplate", namespace, name: template },
    });
  for (const use of interceptorsOf(trigger, facts.selection)) {
    if (use.kind !== "ref") continue;
    const isOwn = use.refKind === "NamespacedInterceptor";
    const found = isOwn ? resources.interceptor(ref.namespace, use.name) : resources.clusterInterceptor(use.name);
    const kind = isOwn ? "Interceptor" : "ClusterInterceptor";
    const place = { trigger: path, object: { kind, name: use.name, ...(isOwn ? { namespace: ref.namespace } : {}) } };
    if (found === undefined) report(`${who}: ${kind} ${use.name} does not exist`, place);
    const half = !isOwn && verifyingInterceptors.has(use.name) ? secretValues(use.params).find(isHalf) : undefined;
    if (half !== undefined) {
      report(`${who}: the secretRef of the ${use.name} interceptor lacks its secretName or its secretKey`, place);
    }
    if (!facts.hasSecrets) continue;
    const compared =
      use.name === "cel" ? expressionsOf(use.params).flatMap((each) => comparedSecrets(each.source)) : [];
    for (const secret of [...secretRefsOf(use.params), ...compared]) {
      const read = await resources.read({ namespace, name: secret.name, key: secret.key });
      if (!read.ok)
        report(
          `${who}: the ${use.name} interceptor needs Secret ${secret.name}, key ${secret.key}: ${read.error}`,
          place,
        );
      else if (read.value === "") report(`${who}: key ${secret.key} of Secret ${secret.name} is empty`, place);
      else if (read.value.trim() !== read.value) {
        report(
          `${who}: key ${secret.key} of Secret ${secret.name} has white space around it`,
          place,
          "store it without: printf instead of echo, echo -n before base64",
        );
      }
    }
  }
  if (spec.serviceAccountName !== "" && !(await exists(facts, serviceAccounts, namespace, spec.serviceAccountName))) {
    report(`${who}: ServiceAccount ${spec.serviceAccountName} is not in namespace ${namespace}`, { trigger: path });
  }
  for (const raw of templateSpec?.resourcetemplates ?? []) await checkTemplated(facts, trigger, raw?.json, report);
}

/** The kind of a templated object, and the Pipeline or Task that a templated run names. */
async function checkTemplated(
  facts: ListenerFacts,
  trigger: SelectedTrigger,
  object: JsonValue | undefined,
  report: Report,
): Promise<void> {
  const { namespace, path } = trigger.identity;
  const [apiVersion, kind] = [member(object, "apiVersion"), member(object, "kind")];
  if (facts.kinds !== undefined && isFixed(apiVersion) && isFixed(kind)) {
    if (facts.kinds.byKind(apiVersion, kind) === undefined) {
      const hint = facts.kinds.similarKinds(apiVersion, kind);
      const message = `its template makes a ${kind} of ${apiVersion}, a kind that this server does not have`;
      report(`trigger ${nameOfTrigger(trigger)}: ${message}`, { trigger: path }, hint === "" ? undefined : hint);
      return;
    }
  }
  const run = templatedRun(object, namespace);
  if (run === undefined) return;
  const { kind: named, resource, namespace: target, name } = run.definition;
  if (await exists(facts, resource, target, name)) return;
  report(
    `trigger ${nameOfTrigger(trigger)}: its ${run.kind} names ${named} ${name}, which is not in namespace ${target}`,
    { trigger: path, object: { kind: named, namespace: target, name } },
  );
}

/** True, too, when it may not be looked at. */
async function exists(
  { client }: ListenerFacts,
  resource: Resource,
  namespace: string,
  name: string,
): Promise<boolean> {
  const found = await client.get(resource, { namespace, name });
  return found.ok || found.error.reason !== "NotFound";
}

/** The Secrets that an interceptor's params name. */
export function secretRefsOf(params: JsonValue): readonly { readonly name: string; readonly key: string }[] {
  return secretValues(params).flatMap((value) => {
    const [name, key] = [member(value, "secretName"), member(value, "secretKey")];
    return typeof name === "string" && typeof key === "string" ? [{ name, key }] : [];
  });
}

/** The `secretRef`s in an interceptor's params, whole or not. */
export function secretValues(params: JsonValue): readonly JsonValue[] {
  const more = member(params, "secretRefs");
  const values = [member(params, "secretRef"), ...(isJsonArray(more) ? more : [])];
  return values.filter((value) => value !== undefined && value !== null);
}

/** A reference that no secret can be read by: every event fails on it. */
function isHalf(value: JsonValue): boolean {
  return [member(value, "secretName"), member(value, "secretKey")].some(
    (part) => typeof part !== "string" || part === "",
  );
}
