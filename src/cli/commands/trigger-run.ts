import { diagnoseSignature, likeliestReason } from "../../interceptors/diagnose-signature.ts";
import type { JsonValue } from "../../json/value.ts";
import { loadManifests } from "../../offline/load-manifests.ts";
import { type GivenSecret, OfflineResources } from "../../offline/offline-resources.ts";
import { createsSomething, defaultEventId, type OfflineRun, runOffline } from "../../offline/offline-run.ts";
import { calling, offline } from "../../offline/outgoing.ts";
import type { SavedRequest } from "../../offline/request-file.ts";
import { type RequestOptions, readRequest } from "../../offline/request-input.ts";
import { formatRuns } from "../../offline/verdict-text.ts";
import { yamlText } from "../../offline/yaml-text.ts";
import { err, ok, type Result } from "../../result.ts";
import { eventHeader } from "../../sink/event-header.ts";
import { type Failure, failure, usageFailure } from "../failure.ts";
import { formatObject } from "../output.ts";
import { warningsOf } from "./apply.ts";

export interface TriggerRunOptions extends RequestOptions {
  readonly filename: readonly string[];
  readonly recursive?: boolean;
  readonly namespace?: string;
  readonly trigger?: string;
  readonly listener?: string;
  readonly secret?: readonly string[];
  readonly eventId?: string;
  readonly callRemote?: boolean;
  readonly output?: "text" | "json" | "yaml";
}

/**
 * `tektite trigger run`: what triggers make of a saved request, by the engine that listeners run. Exit code 0 when
 * something would be created, 1 when nothing would, 2 when files or options are wrong.
 */
export async function runTriggers(
  name: string | undefined,
  options: TriggerRunOptions,
): Promise<Result<void, Failure>> {
  if (options.filename.length === 0) return err(usageFailure("no resources are given: -f FILE (may be repeated)"));
  if (name !== undefined && options.trigger !== undefined && name !== options.trigger) {
    return err(usageFailure(`two triggers are named, ${name} and ${options.trigger}: give one`));
  }
  const request = readRequest(options);
  if (!request.ok) return err(usageFailure(request.error));
  const resources = await loadResources(options);
  if (!resources.ok) return resources;
  const trigger = name ?? options.trigger;
  const secrets = new Set<string>();
  const runs = await runOffline(resources.value, request.value, {
    onSecret: (value) => secrets.add(value),
    ...(options.listener === undefined ? {} : { listener: options.listener }),
    ...(trigger === undefined ? {} : { trigger }),
    eventId: options.eventId ?? defaultEventId,
    nowMs: Date.now,
    ...(options.callRemote === true ? calling(resources.value.caBundles()) : offline),
  });
  if (!runs.ok) return err(usageFailure(runs.error));
  const { output = "text" } = options;
  process.stdout.write(format(runs.value, output));
  const isRejected = runs.value.some(({ verdicts }) => verdicts.some(({ outcome }) => outcome.kind === "rejected"));
  if (isRejected) {
    const reason = likeliestReason([...secrets].flatMap((secret) => whyRejected(request.value, secret)));
    if (reason !== undefined) process.stderr.write(`note: ${reason}\n`);
  }
  return createsSomething(runs.value) ? ok(undefined) : err(failure("nothing would be created"));
}

function format(runs: readonly OfflineRun[], output: "text" | "json" | "yaml"): string {
  switch (output) {
    case "text":
      return formatRuns(runs);
    case "json":
      return formatObject({ runs }, "json");
    case "yaml":
      return yamlText({ runs } as unknown as JsonValue);
    default:
      return output satisfies never;
  }
}

/** Why the sender could not be verified, if this is the secret that it was verified with. */
function whyRejected({ rawHeaders, body }: SavedRequest, secret: string): readonly string[] {
  const cause = diagnoseSignature({ header: eventHeader(rawHeaders), body }, secret);
  // Another trigger's secret.
  if (cause.includes("corrected since")) return [];
  // Editors end files with a line break, senders of webhooks do not end their bodies so.
  const isLineBreak = body.at(-1) === 0x0a && cause.includes("a line break was put at its end");
  return [isLineBreak ? "the line break at the body's end is not signed: Content-Length can leave it out" : cause];
}

async function loadResources(options: TriggerRunOptions): Promise<Result<OfflineResources, Failure>> {
  const { namespace = "default" } = options;
  const secrets: GivenSecret[] = [];
  for (const text of options.secret ?? []) {
    const secret = parseSecret(text, namespace);
    if (!secret.ok) return err(usageFailure(secret.error));
    secrets.push(secret.value);
  }
  const manifests = await loadManifests(options.filename, { recursive: options.recursive === true });
  if (!manifests.ok) return err(usageFailure(manifests.error));
  for (const warning of manifests.value.flatMap(warningsOf)) process.stderr.write(`warning: ${warning}\n`);
  const resources = OfflineResources.of(manifests.value, { namespace, secrets });
  return resources.ok ? resources : err(usageFailure(resources.error.join("\n")));
}

/** Reads `[namespace/]name:key=value`. The error does not repeat the value. */
function parseSecret(text: string, namespace: string): Result<GivenSecret, string> {
  const found = /^(?:([^/:=]+)\/)?([^/:=]+):([^=]+)=(.*)$/s.exec(text);
  if (found === null) return err("--secret: expected [NAMESPACE/]NAME:KEY=VALUE");
  return ok({ namespace: found[1] ?? namespace, name: found[2] ?? "", key: found[3] ?? "", value: found[4] ?? "" });
}
