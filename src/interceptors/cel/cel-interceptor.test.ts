import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../../json/value.ts";
import { err, ok as success } from "../../result.ts";
import type { InterceptorEnvironment, InterceptorRequest, InterceptorResponse } from "../interceptor.ts";
import { celInterceptor } from "./cel-interceptor.ts";
import { evaluateOffline } from "./offline-eval.ts";

const asked: string[] = [];
const environment: InterceptorEnvironment = {
  secrets: {
    async read({ namespace, name, key }) {
      asked.push(`${namespace}/${name}/${key}`);
      if (name === "busy") return err("context deadline exceeded");
      if (name !== "known") return err(`secrets "${name}" not found`);
      return key === "next" ? success("token") : success("s3cret");
    },
  },
  codeHost: { get: async () => err("unreachable") },
};

function run(params: JsonObject, more: Partial<InterceptorRequest> = {}): Promise<InterceptorResponse> {
  const request: InterceptorRequest = {
    body: '{"ref": "refs/heads/main", "commits": [{"id": "a"}], "n": 2}',
    header: { "X-Github-Event": ["push"] },
    interceptorParams: params,
    context: { eventUrl: "/hook?a=b", eventId: "e", triggerId: "namespaces/ns1/triggers/t" },
    ...more,
  };
  return celInterceptor(request, environment);
}

const answers = [
  { name: "goes on without params", params: {}, want: { continue: true } },
  { name: "goes on when the filter is true", params: { filter: "body.n == 2" }, want: { continue: true } },
  {
    name: "takes param names in any case",
    params: { FILTER: "body.n == 3" },
    want: { code: 9, message: "expression body.n == 3 did not return true" },
  },
  {
    name: "stops for any other value",
    params: { filter: "'true'" },
    want: { code: 9, message: "expression 'true' did not return true" },
  },
  {
    name: "names the stage that failed",
    params: { filter: "1 == 'a'" },
    want: {
      code: 3,
      message:
        "error evaluating cel expression: expression \"1 == 'a'\" check failed: ERROR: <input>:1:3: found no matching overload for '_==_' applied to '(int, string)'\n | 1 == 'a'\n | ..^",
    },
  },
  {
    name: "refuses params of another shape, by their Go types",
    params: { overlays: [{ key: 1 }] },
    want: {
      code: 3,
      message:
        "failed to parse interceptor params: invalid json: json: cannot unmarshal number into Go struct field Overlay.overlays.key of type string",
    },
  },
  {
    name: "refuses overlays without a name",
    params: { overlays: [{ expression: "'v'" }] },
    want: { code: 13, message: "failed to sjson for key '' to 'v': path cannot be empty" },
  },
  {
    name: "tells bytes that are no UTF-8 as Go prints them",
    params: { overlays: [{ expression: "b'a\\xe2\\x82'" }] },
    want: { code: 13, message: "failed to sjson for key '' to 'a\ufffd\ufffd': path cannot be empty" },
  },
  {
    name: "refuses what JSON cannot hold only after all overlays",
    params: {
      overlays: [
        { key: "a", expression: "[0.0 / 0.0]" },
        { key: "b", expression: "1" },
      ],
    },
    want: {
      code: 13,
      message: "failed to unmarshal extensions into map: invalid character '}' looking for beginning of value",
    },
  },
  {
    name: "gives extensions by path",
    params: {
      overlays: [
        { key: "a.b", expression: "body.n" },
        { key: "a.c.1", expression: "'x'" },
        { key: "t", expression: "'&'" },
      ],
    },
    want: { continue: true, extensions: { a: { b: 2, c: [null, "x"] }, t: "&" } },
  },
  {
    name: "shows numbers that a double cannot hold as text",
    params: { overlays: [{ key: "a", expression: "9007199254740993" }] },
    want: { continue: true, extensions: { a: "9007199254740993" } },
  },
];

for (const { name, params, want } of answers) {
  test(name, async () => {
    const { continue: goesOn, status, extensions } = await run(params);
    deepEqual(
      JSON.parse(JSON.stringify(goesOn ? { continue: true, ...(extensions && { extensions }) } : status)),
      want,
    );
  });
}

test("wants an object as body", async () => {
  const { status } = await run({}, { body: "[]" });
  deepEqual(status, {
    code: 3,
    message:
      "error making the evaluation context: failed to parse the body as JSON: json: cannot unmarshal array into Go value of type map[string]interface {}",
  });
});

test("uses a body that was decoded before", async () => {
  const decodedBody = { json: success({ n: 7 }) };
  equal((await run({ filter: "body.n == 7" }, { decodedBody })).continue, true);
  equal((await run({ filter: "body.n == 2" }, { decodedBody: { json: err("broken") } })).continue, true);
});

test("wants a context", async () => {
  const request: InterceptorRequest = { body: "{}", header: {} };
  deepEqual((await celInterceptor(request, environment)).status, { code: 3, message: "no request context passed" });
});

test("fetches the secrets that an expression asks for, each once, in the trigger's namespace", async () => {
  asked.length = 0;
  const filter =
    "'s3cret'.compareSecret('k', 'known') && 's3cret'.compareSecret('k', 'known', 'ns1') && 'token'.compareSecret('next', 'known')";
  equal((await run({ filter })).continue, true);
  deepEqual(asked, ["ns1/known/k", "ns1/known/next"]);
});

test("reads no secret of another namespace", async () => {
  asked.length = 0;
  const { status } = await run({ filter: "'s3cret'.compareSecret('k', 'known', 'ns2')" });
  equal(status.code, 3);
  ok(status.message.endsWith("compareSecret can only read secrets in the trigger's namespace 'ns1', not in 'ns2'"));
  deepEqual(asked, []);
});

test("asks for a bounded number of secrets", async () => {
  asked.length = 0;
  const filter = "lists.range(1000).all(i, !'x'.compareSecret(string(i), 'known'))";
  equal((await run({ filter })).status.code, 3);
  ok(asked.length <= 100);
});

test("says what is missing for a filter", async () => {
  const { evidence, stopCause } = await run({ filter: "body.ref == 'x' || body.gone.y == 1" });
  equal(stopCause, undefined);
  deepEqual(evidence, [
    { subject: "body.ref == 'x'", value: false },
    { subject: "body.ref", value: "refs/heads/main" },
    { subject: "body.gone.y == 1", error: "no such key: gone" },
    { subject: "body.gone.y", error: "no such key: gone" },
  ]);
});

const causes: readonly { name: string; params: JsonObject; want: string | undefined }[] = [
  { name: "a filter that is false", params: { filter: "body.n == 3" }, want: undefined },
  { name: "a filter about what the event does not have", params: { filter: "body.gone == 3" }, want: undefined },
  { name: "a filter that does not parse", params: { filter: "body." }, want: "configuration" },
  { name: "a filter with wrong types", params: { filter: "1 == 'a'" }, want: "configuration" },
  { name: "a filter with a wrong pattern", params: { filter: "'a'.matches('(')" }, want: "configuration" },
  { name: "params of another shape", params: { filter: 1 }, want: "configuration" },
  { name: "a secret that is not there", params: { filter: "'a'.compareSecret('k', 'gone')" }, want: "configuration" },
  { name: "a secret that cannot be read", params: { filter: "'a'.compareSecret('k', 'busy')" }, want: "unavailable" },
  {
    name: "an overlay about what the event does not have",
    params: { overlays: [{ key: "a", expression: "body.gone" }] },
    want: "failure",
  },
  { name: "an overlay that JSON cannot hold", params: { overlays: [{ key: "a", expression: "1u" }] }, want: "failure" },
  {
    name: "an overlay that does not parse",
    params: { overlays: [{ key: "a", expression: "body." }] },
    want: "configuration",
  },
];

for (const { name, params, want } of causes) {
  test(`what kind of stop it is: ${name}`, async () => {
    const response = await run(params);
    equal(response.continue, false);
    equal(response.stopCause, want);
  });
}

test("says why a filter said no", async () => {
  const no = await run({ filter: "body.ref == 'x' || header.match('X-GitHub-Event', 'ping')" });
  deepEqual(no.evidence, [
    { subject: "body.ref == 'x'", value: false },
    { subject: "body.ref", value: "refs/heads/main" },
    { subject: "header.match('X-GitHub-Event', 'ping')", value: false },
  ]);
});

test("prints what an expression gives for a saved request", () => {
  const request = { body: '{"a": [1, "x", 2.5]}', header: { "X-A": ["v"] }, url: "/p?q=1" };
  deepEqual(evaluateOffline("body.a", request), success("[1, x, 2.5]"));
  deepEqual(evaluateOffline("header.match('x-a', 'v')", request), success("true"));
  deepEqual(evaluateOffline("requestURL.parseURL().query.q", request), success("1"));
  deepEqual(
    evaluateOffline("body.b", request),
    err('error evaluating cel expression: expression "body.b" failed to evaluate: no such key: b'),
  );
  deepEqual(
    evaluateOffline("true", { ...request, body: "x" }),
    err(
      "error making the evaluation context: failed to parse the body as JSON: invalid character 'x' looking for beginning of value",
    ),
  );
});

test("answers for bodies nested as deep as JSON may be", async () => {
  const bodies = [`{"a":${"[".repeat(9990)}${"]".repeat(9990)}}`, `${'{"a":'.repeat(9990)}1${"}".repeat(9990)}`];
  const expressions = [
    "body",
    "body.a == body.a",
    "json.encode(body)",
    "'%s'.format([body])",
    "[[body.a]].flatten(10000)",
  ];
  for (const body of bodies) {
    for (const expression of expressions) {
      equal((await run({ overlays: [{ key: "k", expression }] }, { body })).continue, false, expression);
      equal((await run({ filter: `dyn(${expression}) == 1` }, { body })).continue, false, expression);
    }
  }
});
