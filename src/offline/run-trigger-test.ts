import { err, ok, type Result } from "../result.ts";
import { cannedOutgoing } from "./canned-answers.ts";
import { checkExpectation } from "./check-expectation.ts";
import { loadManifests } from "./load-manifests.ts";
import { OfflineResources } from "./offline-resources.ts";
import { runOffline } from "./offline-run.ts";
import type { SavedRequest } from "./request-file.ts";
import { readBytes, readRequestFile, withHeaders } from "./request-input.ts";
import { signatureHeaders } from "./sign-request.ts";
import type { TestRequest, TriggerTest, TriggerTestCase } from "./trigger-test.ts";

/** How a case went. */
export interface CaseResult {
  readonly file: string;
  readonly name: string;
  readonly outcome:
    | { readonly kind: "passed" }
    | { readonly kind: "failed"; readonly lines: readonly string[] }
    /** The test itself is wrong, or what it refers to. */
    | { readonly kind: "broken"; readonly problems: readonly string[] };
  readonly durationMs: number;
}

/** Runs the cases of a test whose names `isWanted` takes. */
export async function runTriggerTest(
  test: TriggerTest,
  isWanted: (name: string) => boolean,
): Promise<readonly CaseResult[]> {
  const wanted = test.cases
    .map((each) => ({ each, name: `${test.name}: ${each.name}` }))
    .filter(({ name }) => isWanted(`${test.file}: ${name}`));
  if (wanted.length === 0) return [];
  const resources = await loadResources(test);
  const results: CaseResult[] = [];
  for (const { each, name } of wanted) {
    const startedMs = performance.now();
    const outcome: CaseResult["outcome"] = resources.ok
      ? await runCase(test, each, resources.value)
      : { kind: "broken", problems: resources.error };
    results.push({ file: test.file, name, outcome, durationMs: performance.now() - startedMs });
  }
  return results;
}

async function loadResources(test: TriggerTest): Promise<Result<OfflineResources, readonly string[]>> {
  const manifests = await loadManifests(test.resources);
  if (!manifests.ok) return err([manifests.error]);
  // A folder may hold tests beside the resources.
  const objects = manifests.value.filter(({ object }) => object.kind !== "TriggerTest");
  return OfflineResources.of(objects, { namespace: test.namespace, secrets: test.secrets });
}

async function runCase(
  test: TriggerTest,
  { request, expectations, placeOf }: TriggerTestCase,
  resources: OfflineResources,
): Promise<CaseResult["outcome"]> {
  const nowMs = () => test.timeMs ?? Date.now();
  const prepared = await prepareRequest(request, test, resources, nowMs());
  if (!prepared.ok) return { kind: "broken", problems: [placeOf(prepared.error)] };
  const runs = await runOffline(resources, prepared.value, {
    eventId: test.eventId,
    nowMs,
    ...cannedOutgoing(test.answers),
    ...(test.listener === undefined ? {} : { listener: test.listener }),
    ...(test.trigger === undefined ? {} : { trigger: test.trigger }),
  });
  if (!runs.ok) return { kind: "broken", problems: [placeOf(runs.error)] };
  const lines = expectations.flatMap((expectation) => checkExpectation(expectation, runs.value));
  return lines.length === 0 ? { kind: "passed" } : { kind: "failed", lines };
}

async function prepareRequest(
  { file, method, url, headers, content, sign }: TestRequest,
  test: TriggerTest,
  resources: OfflineResources,
  nowMs: number,
): Promise<Result<SavedRequest, string>> {
  const base = file === undefined ? ok(emptyRequest) : readRequestFile(file);
  if (!base.ok) return base;
  let { body } = base.value;
  const added: string[] = headers.flat();
  const setType = (mediaType: string) => {
    if (!headers.some(([name]) => name.toLowerCase() === "content-type")) added.push("Content-Type", mediaType);
  };
  switch (content?.kind) {
    case "text":
      body = Buffer.from(content.text);
      break;
    case "json":
      body = Buffer.from(JSON.stringify(content.value));
      setType("application/json");
      break;
    case "form":
      body = Buffer.from(new URLSearchParams(content.fields.map(([name, value]) => [name, value])).toString());
      setType("application/x-www-form-urlencoded");
      break;
    case "file": {
      const bytes = readBytes(content.file);
      if (!bytes.ok) return bytes;
      body = bytes.value;
      break;
    }
  }
  if (sign !== undefined) {
    const { namespace = test.namespace, ...ref } =
      typeof sign.secret === "string" ? { name: "", key: "" } : sign.secret;
    const secret = typeof sign.secret === "string" ? ok(sign.secret) : await resources.read({ namespace, ...ref });
    if (!secret.ok) return err(`request.sign.secretRef: ${secret.error}`);
    added.push(...signatureHeaders(sign.type, secret.value, body, nowMs));
  }
  // Of the file's, whose body may be another one.
  if (content !== undefined) added.push("Content-Length", String(body.length));
  return ok({
    method: method ?? base.value.method,
    target: url ?? base.value.target,
    rawHeaders: withHeaders(base.value.rawHeaders, added),
    body,
  });
}

const emptyRequest: SavedRequest = { method: "POST", target: "/", rawHeaders: [], body: Buffer.alloc(0) };
