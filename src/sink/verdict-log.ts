import { quoteGo } from "../json/go-print.ts";
import { type JsonValue, member } from "../json/value.ts";
import { printGrpcStatus } from "../triggers/grpc-code.ts";
import type { PlannedObject } from "../triggers/render.ts";
import type { InterceptorVerdict, TriggerVerdict } from "../triggers/verdict.ts";
import type { SinkLog } from "./sink-log.ts";

/**
 * Logs what a trigger made of an event, before its objects are created: Tekton's lines (spec: event processing,
 * section 12), and for each trigger that ends here a line at info which names the interceptor and says why.
 */
export function logVerdict(log: SinkLog, verdict: TriggerVerdict): void {
  const { outcome, interceptors, params } = verdict;
  const last = interceptors.at(-1);
  if (last?.decision === "stop") {
    logStop(log, verdict, last);
    return;
  }
  if (params.length > 0 || outcome.kind === "matched") log.info(printParams(verdict));
  if (outcome.kind !== "failed") return;
  // Failures of planning an object are logged like those of creating it, once the objects before it are there.
  if (outcome.reason === "TemplateInvalid" || outcome.reason === "ResourceUnknown") return;
  if (outcome.reason === "ImpersonationFailed") {
    log.error(`problem cloning rest config: &errors.errorString{s:${quoteGo(outcome.message)}}`);
  }
  log.error(outcome.message);
}

function logStop(log: SinkLog, { outcome }: TriggerVerdict, last: InterceptorVerdict): void {
  const { name, code = 0, message = "", evidence = [] } = last;
  log.debug(`interceptor stopped trigger processing: ${printGrpcStatus(code, message)}`);
  if (!log.isEnabled("info")) return;
  const facts = evidence.map(({ subject, value, error }): JsonValue => {
    return error === undefined ? { subject, value: value ?? null } : { subject, error };
  });
  const why = message === "" ? "without a message" : message;
  log.info(`interceptor ${name} stopped trigger processing: ${why}`, {
    interceptor: name,
    verdict: outcome.kind,
    ...(facts.length === 0 ? {} : { evidence: facts }),
  });
}

function printParams({ params }: TriggerVerdict): string {
  return `ResolvedParams : [${params.map(({ name, value }) => `{Name:${name} Value:${value}}`).join(" ")}]`;
}

/** Logs that an object is about to be created. */
export function logCreation(log: SinkLog, eventId: string, { resource, object }: PlannedObject): void {
  if (!log.isEnabled("info")) return;
  const { group, version, kind, namespaced } = resource;
  const metadata = member(object, "metadata");
  const name = member(metadata, "name") ?? member(metadata, "generateName") ?? "";
  const printed = `&APIResource{Name:${resource.resource},Namespaced:${namespaced},Kind:${kind},Group:${group},Version:${version},}`;
  log.info(`Generating resource: kind: ${printed}, name: ${String(name)}`);
  const groupVersion = group === "" ? `/${version}` : `${group}/${version}`;
  log.info(`For event ID ${JSON.stringify(eventId)} creating resource ${groupVersion}, Resource=${resource.resource}`);
}

/** Logs that an object could not be made; Tekton writes the text twice. */
export function logFailedCreation(log: SinkLog, message: string): void {
  log.error(`problem creating obj: ${message}`);
  log.error(message);
}
