import { evaluateWithParts } from "../interceptors/cel/offline-eval.ts";
import type { Evidence } from "../interceptors/interceptor.ts";
import { decodeGoUtf8 } from "../json/go-utf8.ts";
import type { JsonObject } from "../json/value.ts";
import { err, ok, type Result } from "../result.ts";
import { eventHeader } from "../sink/event-header.ts";
import type { PairRecord, PairState, StoredEvent } from "../triggers/event-journal.ts";
import type { ResolvedParam } from "../triggers/params.ts";
import type { InterceptorVerdict, TriggerVerdict } from "../triggers/verdict.ts";
import { exportTest } from "./event-export.ts";
import { parseManifests } from "./manifests.ts";
import { OfflineResources } from "./offline-resources.ts";
import { defaultEventId, type OfflineRun, runOffline } from "./offline-run.ts";
import type { Outgoing } from "./outgoing.ts";
import { placedObject } from "./placed-object.ts";
import {
  bodyProblems,
  celExpressions,
  celProblems,
  failureProblems,
  type PlaygroundProblem,
  placedProblem,
  positionsIn,
  skipMissingSecrets,
  warningProblems,
} from "./playground-problems.ts";
import { parseRequestFile, type RequestProblem, type SavedRequest } from "./request-file.ts";
import { outcomeText } from "./verdict-text.ts";
import { yamlText } from "./yaml-text.ts";

/** What somebody tries. */
export interface PlaygroundInput {
  /** A request as HTTP/1.1 text: request line, headers, an empty line, body; or a JSON body alone. */
  readonly request: string;
  readonly what:
    | {
        readonly kind: "manifests";
        /** YAML documents: EventListeners, Triggers, bindings, templates, Secrets. */
        readonly text: string;
        /** Of objects that name none. */
        readonly namespace: string;
      }
    /** A CEL expression alone. */
    | { readonly kind: "expression"; readonly text: string };
}

/** What came of it. */
export interface PlaygroundAnswer {
  readonly problems: readonly PlaygroundProblem[];
  readonly runs: readonly PlaygroundRun[];
  /** Of an expression alone. */
  readonly expression?: {
    /** As `tektite cel eval` prints it; absent when there is none. */
    readonly value?: string;
    readonly error?: string;
    readonly parts: readonly Evidence[];
  };
  /** The case as a file for `tektite test`. */
  readonly test?: string;
}

/** What one EventListener, or a Trigger by itself, makes of the request. */
export interface PlaygroundRun {
  /** `namespace/name`; absent for a Trigger that no EventListener uses. */
  readonly listener?: string;
  /** How the request would be refused. */
  readonly refusal?: string;
  /** `triggerRef`s to Triggers that are not there. */
  readonly missing: readonly string[];
  readonly triggers: readonly PlaygroundTrigger[];
}

export interface PlaygroundTrigger {
  readonly path: string;
  readonly name: string;
  readonly state: Extract<PairState, "created" | "filtered" | "rejected" | "failed">;
  /** In a few words, as `tektite trigger run` says it. */
  readonly summary: string;
  readonly message: string;
  readonly interceptors: readonly InterceptorVerdict[];
  readonly extensions: JsonObject;
  readonly params: readonly ResolvedParam[];
  /** What would be created, as YAML. */
  readonly objects: readonly string[];
}

const refusal = "interceptors and code hosts elsewhere are not asked from the playground";
const nobody: Outgoing = {
  http: { post: async () => err(refusal) },
  codeHost: { get: async () => err(refusal) },
};

/** Runs a request through manifests or an expression, by the engine that listeners run; nothing is created or asked. */
export async function runPlayground(input: PlaygroundInput, nowMs: number): Promise<PlaygroundAnswer> {
  const request = requestOf(input.request);
  if (!request.ok) {
    return { problems: [{ where: "request", severity: "error", ...request.error }], runs: [] };
  }
  const answer =
    input.what.kind === "expression"
      ? tryExpression(request.value, input.what.text)
      : await tryManifests(request.value, input.what, nowMs);
  return { ...answer, problems: [...bodyProblems(input.request, request.value.body), ...answer.problems] };
}

/** The request; a JSON body by itself is posted as such. */
function requestOf(text: string): Result<SavedRequest, RequestProblem> {
  if (!/^\s*[{[]/.test(text)) return parseRequestFile(Buffer.from(text));
  const rawHeaders = ["Content-Type", "application/json"];
  return ok({ method: "POST", target: "/", rawHeaders, body: Buffer.from(text) });
}

function tryExpression({ body, rawHeaders, target }: SavedRequest, text: string): PlaygroundAnswer {
  const { result, parts } = evaluateWithParts(text, {
    body: decodeGoUtf8(body),
    header: eventHeader(rawHeaders),
    url: target,
  });
  if (result.ok) return { problems: [], runs: [], expression: { value: result.value, parts } };
  const problems = positionsIn(result.error).map((position) => ({
    where: "expression" as const,
    severity: "error" as const,
    ...position,
  }));
  return { problems, runs: [], expression: { error: result.error, parts } };
}

async function tryManifests(
  request: SavedRequest,
  { text, namespace }: Extract<PlaygroundInput["what"], { readonly kind: "manifests" }>,
  nowMs: number,
): Promise<PlaygroundAnswer> {
  const manifests = parseManifests("manifests", text);
  if (!manifests.ok) return { problems: [placedProblem(manifests.error)], runs: [] };
  const expressions = manifests.value.flatMap(celExpressions);
  const { manifests: usable, problems: unsigned } = skipMissingSecrets(manifests.value, namespace);
  const resources = OfflineResources.of(usable, { namespace });
  if (!resources.ok) {
    return { problems: [...resources.error.map(placedProblem), ...celProblems(expressions)], runs: [] };
  }
  const noticed = [...celProblems(expressions), ...manifests.value.flatMap(warningProblems), ...unsigned];
  const runs = await runOffline(resources.value, request, { eventId: defaultEventId, nowMs: () => nowMs, ...nobody });
  if (!runs.ok) {
    return {
      problems: [...noticed, { where: "manifests", severity: "error", line: 1, message: runs.error }],
      runs: [],
    };
  }
  const verdicts = runs.value.flatMap((run) => run.verdicts);
  return {
    problems: [...noticed, ...failureProblems(verdicts, expressions, text)],
    runs: runs.value.map(runView),
    test: testOf(request, runs.value, namespace, nowMs),
  };
}

const states = { matched: "created", filtered: "filtered", rejected: "rejected", failed: "failed" } as const;

function runView({ listener, answer, missing, verdicts }: OfflineRun): PlaygroundRun {
  return {
    ...(listener === undefined ? {} : { listener: `${listener.namespace}/${listener.name}` }),
    ...(answer.message === undefined ? {} : { refusal: `${answer.status}: ${answer.message}` }),
    missing,
    triggers: verdicts.map((verdict) => ({
      path: verdict.trigger.path,
      name: verdict.trigger.name,
      state: states[verdict.outcome.kind],
      summary: outcomeText(verdict.outcome, verdict),
      message: "message" in verdict.outcome ? verdict.outcome.message : "",
      interceptors: verdict.interceptors,
      extensions: verdict.extensions,
      params: verdict.params,
      objects: verdict.objects.map((planned) => yamlText(placedObject(planned))),
    })),
  };
}

/** The first listener's part as a test case. */
function testOf(
  { method, target, rawHeaders, body }: SavedRequest,
  [first]: readonly OfflineRun[],
  namespace: string,
  nowMs: number,
): string {
  const listener = first?.listener ?? { namespace, name: "" };
  const stored: StoredEvent = {
    event: {
      id: defaultEventId,
      listener,
      receivedAtMs: nowMs,
      method,
      url: target,
      header: eventHeader(rawHeaders),
      body,
    },
    pairs: (first?.verdicts ?? []).map((verdict) => pairOf(verdict, nowMs)),
    isFinished: true,
  };
  return exportTest(stored, "tried in the playground").text;
}

function pairOf(verdict: TriggerVerdict, nowMs: number): PairRecord {
  return {
    eventId: verdict.eventId,
    trigger: verdict.trigger,
    state: states[verdict.outcome.kind],
    attempts: 1,
    startedAtMs: nowMs,
    updatedAtMs: nowMs,
    verdict,
    created: [],
  };
}
