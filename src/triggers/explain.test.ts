import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import type { PairRecord } from "./event-journal.ts";
import { explainPairs, explainSilence } from "./explain.ts";
import type { InterceptorVerdict, TriggerOutcome, TriggerVerdict } from "./verdict.ts";

const trigger = { kind: "trigger", namespace: "ci", name: "push", path: "triggers/push" } as const;

function pair(
  state: PairRecord["state"],
  outcome: TriggerOutcome,
  more: Partial<PairRecord> & { readonly interceptors?: readonly InterceptorVerdict[] } = {},
): PairRecord {
  const { interceptors = [], ...fields } = more;
  const verdict: TriggerVerdict = {
    eventId: "e",
    listener: { namespace: "ci", name: "el" },
    trigger,
    outcome,
    interceptors,
    extensions: {},
    params: [],
    objects: [],
  };
  const times = { startedAtMs: 0, updatedAtMs: 0 };
  return { eventId: "e", trigger, state, attempts: 1, ...times, verdict, created: [], ...fields };
}

const run = { apiVersion: "tekton.dev/v1", kind: "PipelineRun", namespace: "ci", name: "build-x7k2p", uid: "u" };

const wrongFilter =
  "check failed: ERROR: <input>:1:1: undeclared reference to 'a'\n | a + b\n | ^\nERROR: <input>:1:5: undeclared reference to 'b'\n | a + b\n | ....^";

const vectors: readonly { name: string; pair: PairRecord; summary: string; details?: readonly string[] }[] = [
  {
    name: "a wrong CEL filter, without the excerpt that CEL's errors bring",
    pair: pair(
      "failed",
      { kind: "failed", reason: "InterceptorMisconfigured", canPass: false, message: wrongFilter },
      { interceptors: [{ name: "cel", kind: "ClusterInterceptor", decision: "stop", message: wrongFilter }] },
    ),
    summary:
      "Trigger push failed: an interceptor is configured wrongly: check failed: ERROR: <input>:1:1: undeclared reference to 'a'; <input>:1:5: undeclared reference to 'b'.",
    details: [
      "the cel interceptor could not do its work: check failed: ERROR: <input>:1:1: undeclared reference to 'a'; <input>:1:5: undeclared reference to 'b'",
    ],
  },
  {
    name: "created",
    pair: pair("created", { kind: "matched" }, { created: [run] }),
    summary: "Trigger push ran: it created PipelineRun ci/build-x7k2p.",
  },
  {
    name: "a CEL filter with the values it saw",
    pair: pair(
      "filtered",
      { kind: "filtered", interceptor: "cel", code: 9, message: "expression body.ref == 'a' did not return true" },
      {
        interceptors: [
          { name: "github", kind: "ClusterInterceptor", decision: "continue" },
          {
            name: "cel",
            kind: "ClusterInterceptor",
            decision: "stop",
            message: "expression body.ref == 'a' did not return true",
            evidence: [
              { subject: "body.ref == 'a'", value: false },
              { subject: "body.ref", value: "b" },
            ],
          },
        ],
      },
    ),
    summary: "Trigger push did not run: its filter was false.",
    details: [
      "the github interceptor let it pass",
      "the cel interceptor said no: expression body.ref == 'a' did not return true",
      "  body.ref == 'a' was false",
      '  body.ref was "b"',
    ],
  },
  {
    name: "a CEL filter about what the event does not have",
    pair: pair(
      "filtered",
      { kind: "filtered", interceptor: "cel", code: 3, message: "" },
      {
        interceptors: [
          {
            name: "cel",
            kind: "ClusterInterceptor",
            decision: "stop",
            message: 'error evaluating cel expression: expression "body.a == 1" failed to evaluate: no such key: a',
          },
        ],
      },
    ),
    summary: "Trigger push did not run: its filter could not be evaluated on it (no such key: a).",
  },
  {
    name: "an overlay that could not be computed",
    pair: pair(
      "failed",
      { kind: "failed", reason: "InterceptorFailed", message: "no such key: a", canPass: false },
      {
        error: "no such key: a",
        interceptors: [
          { name: "cel", kind: "ClusterInterceptor", decision: "stop", code: 3, message: "no such key: a" },
        ],
      },
    ),
    summary: "Trigger push failed: an interceptor could not do its work: no such key: a.",
    details: ["the cel interceptor could not do its work: no such key: a"],
  },
  {
    name: "an event type",
    pair: pair(
      "filtered",
      { kind: "filtered", interceptor: "github", code: 9, message: "event type ping is not allowed" },
      {
        interceptors: [
          { name: "github", kind: "ClusterInterceptor", decision: "stop", message: "event type ping is not allowed" },
        ],
      },
    ),
    summary: "Trigger push did not run: the github interceptor did not let it pass: event type ping is not allowed.",
  },
  {
    name: "a signature",
    pair: pair("rejected", {
      kind: "rejected",
      interceptor: "github",
      code: 9,
      message: "payload signature check failed",
    }),
    summary:
      "Trigger push did not run: the sender could not be verified by the github interceptor (payload signature check failed).",
  },
  {
    name: "a failure",
    pair: pair(
      "failed",
      { kind: "failed", reason: "BindingsNotResolved", message: 'triggertemplate "x" not found', canPass: false },
      { error: 'triggertemplate "x" not found' },
    ),
    summary: 'Trigger push failed: it refers to something that is not there: triggertemplate "x" not found.',
  },
  {
    name: "a template that gives no JSON",
    pair: pair(
      "failed",
      {
        kind: "failed",
        reason: "TemplateInvalid",
        message: "invalid character 'b' after object key:value pair",
        canPass: false,
        near: '{"a":"{">>>b":1}"}',
      },
      { error: "invalid character 'b' after object key:value pair" },
    ),
    summary:
      "Trigger push failed: its template gives no valid object: invalid character 'b' after object key:value pair.",
    details: [
      'its template stops being JSON at >>>: {"a":"{">>>b":1}"}',
      "values are put in as they are: leave the quotes around objects and lists out, or give the TriggerTemplate the annotation triggers.tekton.dev/old-escape-quotes, which makes texts of them",
    ],
  },
  {
    name: "dead",
    pair: pair(
      "dead",
      { kind: "failed", reason: "CreateFailed", message: "down", canPass: true },
      { attempts: 12, updatedAtMs: 900_000, error: "down" },
    ),
    summary: "Trigger push was given up after 12 attempts in 15 minutes: down.",
  },
  {
    name: "retrying",
    pair: pair(
      "retrying",
      { kind: "failed", reason: "CreateFailed", message: "down", canPass: true },
      { error: "down" },
    ),
    summary: "Trigger push has not run yet and is tried again; so far 1 attempt, the last one: down.",
  },
];

for (const { name, pair: one, summary, details } of vectors) {
  test(`explains: ${name}`, () => {
    const [found] = explainPairs([one]);
    equal(found?.summary, summary);
    if (details !== undefined) deepEqual(found?.details, details);
  });
}

test("explains an event that concerns no trigger", () => {
  const event = {
    id: "e",
    listener: { namespace: "ci", name: "el" },
    receivedAtMs: 0,
    method: "POST",
    url: "/",
    header: {},
    body: Buffer.from("{}"),
  };
  equal(
    explainSilence({ event, pairs: [], isFinished: true }),
    "No trigger looked at it: EventListener el selected none.",
  );
});
