import type { Evidence } from "../interceptors/interceptor.ts";
import { encodeObject } from "../json/object-text.ts";
import { type JsonObject, member } from "../json/value.ts";
import { nearLines, unsetParamLines } from "../triggers/explain.ts";
import { printGrpcStatus } from "../triggers/grpc-code.ts";
import type { ResolvedParam } from "../triggers/params.ts";
import type { InterceptorVerdict, TriggerOutcome, TriggerVerdict } from "../triggers/verdict.ts";
import { isCreating, type OfflineRun } from "./offline-run.ts";
import { placedObject } from "./placed-object.ts";
import { visibleLine, yamlText } from "./yaml-text.ts";

/**
 * Runs for people: what each trigger made of the request as YAML comments, then the objects that would be created as
 * YAML documents, so that the whole can be handed to `kubectl create -f -`.
 */
export function formatRuns(runs: readonly OfflineRun[]): string {
  const lines = runs.flatMap(runLines);
  const comments = lines.map((line) => `# ${visibleLine(line)}`.trimEnd()).join("\n");
  const objects = runs.flatMap(({ verdicts }) => verdicts.flatMap((verdict) => verdict.objects));
  return `${comments}\n${objects.map((planned) => `---\n${yamlText(placedObject(planned))}`).join("")}`;
}

/** What became of a trigger, in a few words. */
export function outcomeText(outcome: TriggerOutcome, verdict: TriggerVerdict): string {
  switch (outcome.kind) {
    case "matched": {
      const count = verdict.objects.length;
      return count === 0 ? "matched, its template has no resources" : `matched, creates ${plural(count, "object")}`;
    }
    case "filtered":
      return `filtered by ${outcome.interceptor || "an interceptor"}`;
    case "rejected":
      return `rejected by ${outcome.interceptor || "an interceptor"}`;
    case "failed": {
      const before = isCreating(verdict) ? `, after creating ${plural(verdict.objects.length, "object")}` : "";
      return `failed (${outcome.reason})${before}: ${outcome.message}`;
    }
    default:
      return outcome satisfies never;
  }
}

/** A trigger's name for people: inline triggers may have none. */
export function triggerText({ trigger }: TriggerVerdict): string {
  const name = trigger.name === "" ? `without a name (${trigger.path})` : trigger.name;
  if (trigger.kind === "group") return `trigger group ${name}`;
  return trigger.group === undefined ? `trigger ${name}` : `trigger ${name} of group ${trigger.group}`;
}

/** What an interceptor answered, and what it saw. */
export function interceptorLines({
  name,
  decision,
  code,
  message,
  extensions,
  evidence,
}: InterceptorVerdict): readonly string[] {
  const facts = (evidence ?? []).map((fact) => `  ${evidenceText(fact)}`);
  switch (decision) {
    case "continue": {
      const added = extensions === undefined ? "" : `, adds extensions ${encodeObject(extensions)}`;
      return [`interceptor ${name}: continue${added}`, ...facts];
    }
    case "stop": {
      const status = printGrpcStatus(code ?? 0, message ?? "").replace(/^rpc error: /, "");
      return [`interceptor ${name}: stop, ${status}`, ...facts];
    }
    case "error":
      return [`interceptor ${name}: error, ${message ?? ""}`, ...facts];
    default:
      return decision satisfies never;
  }
}

function runLines({ listener, answer, missing, verdicts }: OfflineRun): readonly string[] {
  const what = listener ? `EventListener ${listener.namespace}/${listener.name}` : "without EventListener";
  const refused = answer.message === undefined ? [] : [`  answers ${answer.status}: ${answer.message}`];
  const idle = answer.message === undefined && verdicts.length === 0 ? ["  the event concerns no trigger"] : [];
  const body = [...refused, ...missing.map((line) => `  ${line}`), ...idle, ...verdicts.flatMap(verdictLines)];
  return [what, ...body.flatMap((line) => line.split(/\r?\n/))];
}

function verdictLines(verdict: TriggerVerdict): readonly string[] {
  return [
    `  ${triggerText(verdict)}: ${outcomeText(verdict.outcome, verdict)}`,
    ...verdict.interceptors.flatMap(interceptorLines).map((line) => `    ${line}`),
    ...verdict.params.map((param) => `    ${paramText(param)}`),
    ...[...nearLines(verdict.outcome), ...unsetParamLines(verdict)].map((line) => `    ${line}`),
    ...verdict.objects.map(({ object, namespace }) => `    creates ${objectText(object, namespace)}`),
  ];
}

function paramText({ name, value, source }: ResolvedParam): string {
  const shown = `param ${name} = ${JSON.stringify(value)}`;
  if (source.kind === "default") return `${shown} (default of the TriggerTemplate)`;
  const { binding, expressions } = source;
  const where = binding.kind === "inline" ? "inline binding" : `${binding.kind} ${binding.name}`;
  const read = expressions.map(({ text, error }) => (error === undefined ? text : `${text}: default, as ${error}`));
  return `${shown} (${[where, ...read].join(": ")})`;
}

function objectText(object: JsonObject, namespace: string | undefined): string {
  const metadata = member(object, "metadata");
  const name = member(metadata, "name") ?? `${String(member(metadata, "generateName") ?? "")}…`;
  const where = namespace === undefined ? "" : ` in namespace ${namespace}`;
  return `${String(member(object, "apiVersion"))} ${String(member(object, "kind"))} ${String(name)}${where}`;
}

function evidenceText({ subject, value, error }: Evidence): string {
  return error === undefined ? `${subject} = ${encodeObject(value ?? null)}` : `${subject}: ${error}`;
}

function plural(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}
