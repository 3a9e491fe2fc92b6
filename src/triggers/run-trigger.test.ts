import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeStruct } from "../api/triggers/go-decode.ts";
import { parsedJson } from "../api/triggers/json-source.ts";
import type { EventListener, InterceptorObject, Trigger } from "../api/triggers/objects.ts";
import { triggersTypes } from "../api/triggers/trigger-types.ts";
import { coreInterceptors } from "../interceptors/core-interceptors.ts";
import type { JsonObject, JsonValue } from "../json/value.ts";
import { err, ok } from "../result.ts";
import type { InterceptorPost } from "./interceptor-http.ts";
import { type EngineEnvironment, runGroup, runTrigger } from "./run-trigger.ts";
import { selectTriggers } from "./select-triggers.ts";
import { EventBody, type TriggerEvent } from "./trigger-event.ts";
import type { TriggerResources } from "./trigger-resources.ts";
import type { TriggerVerdict } from "./verdict.ts";

const ref = { namespace: "ns1", name: "el" };

function decode<T>(version: "v1alpha1" | "v1beta1", kind: string, object: JsonObject): T {
  const type = triggersTypes[version].get(kind);
  if (type === undefined) throw new Error(kind);
  const decoded = decodeStruct(type, object, parsedJson, { strict: false });
  if (!decoded.ok) throw new Error(decoded.error);
  return decoded.value as T;
}

const interceptor = (name: string): JsonObject => {
  const service = { name: "tekton-triggers-core-interceptors", namespace: "tekton-pipelines", path: name };
  return { metadata: { name }, spec: { clientConfig: { service } } };
};

function resources(more: Partial<TriggerResources> = {}): TriggerResources {
  return {
    trigger: () => undefined,
    triggers: () => [],
    triggerBinding: () => undefined,
    clusterTriggerBinding: () => undefined,
    triggerTemplate: () => undefined,
    clusterInterceptor: (name) => {
      if (name === "remote") {
        const spec = { clientConfig: { url: "http://remote.svc/x" } };
        return decode<InterceptorObject>("v1alpha1", "ClusterInterceptor", { metadata: { name }, spec });
      }
      return coreInterceptors.has(name) ? decode("v1alpha1", "ClusterInterceptor", interceptor(name)) : undefined;
    },
    interceptor: () => undefined,
    ...more,
  };
}

function environment(more: Partial<EngineEnvironment> = {}): EngineEnvironment {
  return {
    resources: resources(),
    interceptors: {
      secrets: { read: async () => ok("s3cret") },
      codeHost: { get: async () => err("no network here") },
    },
    core: coreInterceptors,
    http: { post: async () => err("dial tcp: lookup remote.svc: no such host") },
    discover: () => () =>
      ok([{ kind: "ConfigMap", group: "", version: "v1", resource: "configmaps", namespaced: true }]),
    newUid: () => "uid",
    ...more,
  };
}

function event(body: string, header: TriggerEvent["header"] = {}): TriggerEvent {
  return { id: "evt", url: "/?x=1", header, body: new EventBody(body) };
}

const configMap = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "out-$(tt.params.v)" } };

function listener(trigger: JsonObject): EventListener {
  const spec = { params: [{ name: "v" }], resourcetemplates: [configMap] };
  const whole = { name: "t", bindings: [{ name: "v", value: "$(body.a)" }], template: { spec }, ...trigger };
  return decode("v1beta1", "EventListener", {
    metadata: { name: ref.name, namespace: ref.namespace },
    spec: { triggers: [whole] },
  });
}

async function run(trigger: JsonObject, body: string, more: Partial<EngineEnvironment> = {}): Promise<TriggerVerdict> {
  const env = environment(more);
  const selection = selectTriggers(listener(trigger), env.resources);
  const [selected] = selection.ok ? selection.value.triggers : [];
  if (selected === undefined) throw new Error("nothing was selected");
  return runTrigger(selected, event(body), ref, env);
}

const use = (name: string, params: Readonly<Record<string, JsonValue>> = {}): JsonObject => ({
  ref: { name },
  params: Object.entries(params).map(([key, value]) => ({ name: key, value })),
});

const secretRef = (secretKey: string) => ({ secretName: "s", secretKey });

const outcomes: { name: string; trigger: JsonObject; body?: string; want: JsonObject }[] = [
  { name: "matched", trigger: {}, want: { kind: "matched" } },
  {
    name: "filtered names the interceptor",
    trigger: { interceptors: [use("cel", { filter: "body.a == 'y'" })] },
    want: { kind: "filtered", interceptor: "cel", code: 9, message: "expression body.a == 'y' did not return true" },
  },
  {
    name: "a missing signature is a rejection",
    trigger: { interceptors: [use("github", { secretRef: secretRef("k") })] },
    want: { kind: "rejected", interceptor: "github", code: 9, message: "no X-Hub-Signature-256 header set" },
  },
  {
    name: "an interceptor that does not answer may pass later",
    trigger: { interceptors: [use("remote")] },
    want: {
      kind: "failed",
      reason: "InterceptorUnavailable",
      message: 'Post "http://remote.svc/x": dial tcp: lookup remote.svc: no such host',
      canPass: true,
    },
  },
  {
    name: "an interceptor that does not exist",
    trigger: { interceptors: [use("nope")] },
    want: {
      kind: "failed",
      reason: "InterceptorNotFound",
      message:
        'url resolution failed for interceptor nope with: clusterinterceptor.triggers.tekton.dev "nope" not found',
      canPass: false,
    },
  },
  {
    name: "a kind of interceptor that there is not",
    trigger: { interceptors: [{ ref: { name: "x", kind: "Other" } }] },
    want: {
      kind: "failed",
      reason: "InterceptorMisconfigured",
      message: 'Post "": unsupported protocol scheme ""',
      canPass: false,
    },
  },
  {
    name: "params of a wrong shape",
    trigger: { interceptors: [use("github", { eventTypes: "push" })] },
    want: {
      kind: "failed",
      reason: "InterceptorMisconfigured",
      message:
        "failed to parse interceptor params: invalid json: json: cannot unmarshal string into Go struct field InterceptorParams.eventTypes of type []string",
      canPass: false,
    },
  },
  {
    name: "a path that is not there",
    trigger: {},
    body: "{}",
    want: {
      kind: "failed",
      reason: "ParamsNotResolved",
      message:
        "failed to ApplyEventValuesToParams: failed to replace JSONPath value for param v: $(body.a): a is not found",
      canPass: false,
    },
  },
  {
    name: "a binding that is not there",
    trigger: { bindings: [{ ref: "tb", kind: "TriggerBinding" }] },
    want: {
      kind: "failed",
      reason: "BindingsNotResolved",
      message:
        'failed to resolve bindings: error getting TriggerBinding : triggerbinding.triggers.tekton.dev "tb" not found',
      canPass: false,
    },
  },
  {
    name: "a kind that is not served",
    trigger: { template: { spec: { resourcetemplates: [{ apiVersion: "v1", kind: "Nope" }] } } },
    want: {
      kind: "failed",
      reason: "ResourceUnknown",
      message: "couldn't find API resource for json: error could not find resource with apiVersion v1 and kind Nope",
      canPass: false,
    },
  },
];
for (const { name, trigger, body = '{"a":"x"}', want } of outcomes) {
  test(`outcome: ${name}`, async () => deepEqual((await run(trigger, body)).outcome, want));
}

test("a verdict tells what each interceptor added, where params come from, and what is to be created", async () => {
  const overlays = [{ key: "e", expression: "body.a + '!'" }];
  const verdict = await run(
    { interceptors: [use("cel", { overlays })], bindings: [{ name: "v", value: "$(extensions.e)" }] },
    '{"a":"x"}',
  );
  deepEqual(verdict.interceptors, [
    { name: "cel", kind: "ClusterInterceptor", decision: "continue", extensions: { e: "x!" } },
  ]);
  deepEqual(verdict.extensions, { e: "x!" });
  deepEqual(verdict.params, [
    {
      name: "v",
      value: "x!",
      source: {
        kind: "binding",
        binding: { kind: "inline" },
        expressions: [{ text: "$(extensions.e)", value: "x!" }],
      },
    },
  ]);
  equal(verdict.objects.length, 1);
  equal(verdict.trigger.path, "triggers/t");
});

test("a CEL filter that says no shows the values that it saw", async () => {
  const verdict = await run({ interceptors: [use("cel", { filter: "body.a == 'y'" })] }, '{"a":"x"}');
  deepEqual(
    verdict.interceptors[0]?.evidence?.find(({ subject }) => subject === "body.a"),
    { subject: "body.a", value: "x" },
  );
});

test("what cannot be looked up for want of a permission may pass later", async () => {
  const message = 'triggerbindings is forbidden: User "u" cannot list resource "triggerbindings"';
  const unreadable = resources({ unreadable: () => message });
  const verdict = await run({ bindings: [{ ref: "tb" }] }, "{}", { resources: unreadable });
  equal(verdict.outcome.kind === "failed" && verdict.outcome.canPass, true);
  equal(verdict.outcome.kind === "failed" && verdict.outcome.message.endsWith(`(${message})`), true);
});

test("a legacy webhook gets the extensions in the body and its answer replaces the event", async () => {
  const posts: InterceptorPost[] = [];
  const overlays = [{ key: "o.e", expression: "'v'" }];
  const header = [
    { name: "x-one", value: "1" },
    { name: "X-Many", value: ["2", "3"] },
  ];
  const webhook = { webhook: { url: "http://h.svc/in", header } };
  const verdict = await run({ interceptors: [use("cel", { overlays }), webhook] }, '{"a":"x"}', {
    http: {
      post: async (post) => {
        posts.push(post);
        return ok({ status: 200, statusText: "200 OK", header: { "X-R": ["r"] }, body: Buffer.from('{"a":"new"}') });
      },
    },
  });
  equal(String(posts[0]?.body), '{"a":"x","extensions":{"o":{"e":"v"}}}');
  deepEqual({ ...posts[0]?.header }, { "Eventlistener-Request-Url": ["/?x=1"], "X-One": ["1"], "X-Many": ["2", "3"] });
  equal(verdict.params[0]?.value, "new");
});

test("a group hands on extensions and headers, not the body", async () => {
  const spec = {
    triggerGroups: [
      {
        name: "g",
        interceptors: [use("cel", { overlays: [{ key: "e", expression: "'grp'" }] })],
        triggerSelector: { labelSelector: {} },
      },
    ],
  };
  const bindings = [{ name: "v", value: "$(extensions.e)-$(body.a)" }];
  const template = { spec: { params: [{ name: "v" }], resourcetemplates: [configMap] } };
  const trigger = decode<Trigger>("v1beta1", "Trigger", {
    metadata: { name: "t", namespace: "ns1" },
    spec: { bindings, template },
  });
  const env = environment({ resources: resources({ triggers: () => [trigger] }) });
  const selection = selectTriggers(decode("v1beta1", "EventListener", { metadata: ref, spec }), env.resources);
  const [group] = selection.ok ? selection.value.groups : [];
  if (group === undefined) throw new Error("no group");
  const one = event('{"a":"x"}');
  const ran = await runGroup(group, one, ref, env);
  if (ran.kind !== "selected") throw new Error(ran.kind);
  const [selected] = ran.triggers;
  if (selected === undefined) throw new Error("no trigger");
  deepEqual(selected.identity, {
    kind: "trigger",
    namespace: "ns1",
    name: "t",
    path: "triggerGroups/g/ns1/t",
    group: "g",
  });
  equal((await runTrigger(selected, one, ref, env, ran.state)).params[0]?.value, "grp-x");
});

test("no event makes the engine throw, and every verdict is JSON", async () => {
  const interceptors = [
    use("github", { eventTypes: ["push"], addChangedFiles: { enabled: true } }),
    use("cel", { filter: "body.a.b == 1 || has(body.x)", overlays: [{ key: "k", expression: "body" }] }),
  ];
  const bindings = [{ name: "v", value: "$(body)$(header)$(extensions.k)$(body..a)" }];
  const selection = selectTriggers(listener({ interceptors, bindings }), resources());
  const [selected] = selection.ok ? selection.value.triggers : [];
  if (selected === undefined) throw new Error("nothing was selected");
  const bodies = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.json().map((text) => Buffer.from(text)),
    fc
      .constantFrom("{", '{"a":{"b":1}}', '{"__proto__":{"b":1},"a":null}', "[[[[", "")
      .map((text) => Buffer.from(text)),
  );
  const headers = fc.dictionary(
    fc.constantFrom("X-Github-Event", "Content-Type", "__proto__", "Constructor"),
    fc.array(fc.oneof(fc.string(), fc.constantFrom("push", "application/x-www-form-urlencoded"))),
  );
  await fc.assert(
    fc.asyncProperty(bodies, headers, async (body, header) => {
      const one = { id: "e", url: "/", header, body: new EventBody(body) };
      const verdict = await runTrigger(selected, one, ref, environment());
      JSON.stringify(verdict, (_key, value: unknown) => (typeof value === "bigint" ? String(value) : value));
    }),
    { numRuns: 300 },
  );
});
