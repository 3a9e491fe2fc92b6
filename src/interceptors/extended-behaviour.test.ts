/** What our interceptors do beyond Tekton's, which the conformance vectors cannot show. */
import { deepEqual, equal, match } from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import type { JsonObject, JsonValue } from "../json/value.ts";
import { err, ok } from "../result.ts";
import { coreInterceptors } from "./core-interceptors.ts";
import { answerCoreRequest } from "./core-server.ts";
import { giteaInterceptor } from "./gitea/gitea-interceptor.ts";
import { githubInterceptor } from "./github/github-interceptor.ts";
import type { CodeHostResponse, InterceptorEnvironment, InterceptorRequest } from "./interceptor.ts";
import { slackInterceptor } from "./slack/slack-interceptor.ts";

const secrets: Readonly<Record<string, string>> = {
  old: "one",
  new: "two",
  empty: "",
  newline: "s3cret\n",
  pat: "token",
};

function environment(answers: Readonly<Record<string, CodeHostResponse>> = {}): InterceptorEnvironment & {
  readonly calls: string[];
} {
  const calls: string[] = [];
  return {
    calls,
    secrets: {
      read: async ({ name, key }) => {
        if (name === "down") return err("the server is currently unable to handle the request");
        const value = secrets[key];
        return value === undefined ? err(`secrets "${name}" not found`) : ok(value);
      },
    },
    codeHost: {
      get: async (url) => {
        calls.push(url);
        return ok(answers[url] ?? { status: 404, headers: {}, body: "" });
      },
    },
    enterpriseHosts: new Set(["ghe.example"]),
    nowMs: () => 1_700_000_000_000,
  };
}

const context = { eventUrl: "/", eventId: "e", triggerId: "namespaces/ns/triggers/t" };
const hmac = (key: string, body: string | Uint8Array) => createHmac("sha256", key).update(body).digest("hex");
const ref = (secretKey: string, secretName = "s") => ({ secretName, secretKey });

function request(body: string, header: Record<string, string>, interceptorParams: JsonObject): InterceptorRequest {
  const lists = Object.fromEntries(Object.entries(header).map(([name, value]) => [name, [value]]));
  return { body, rawBody: Buffer.from(body), header: lists, interceptorParams, context };
}

const push = '{"ref":"refs/heads/main","commits":[{"added":["a"],"modified":["b"],"removed":[]},{"added":["c"]}]}';

const gitea: {
  name: string;
  header: Record<string, string>;
  params: JsonObject;
  want: { code?: number; message?: string; cause?: string; extensions?: JsonObject };
}[] = [
  { name: "no params let everything pass", header: {}, params: {}, want: {} },
  {
    name: "own signature",
    header: { "X-Gitea-Signature": hmac("one", push) },
    params: { secretRef: ref("old") },
    want: {},
  },
  {
    name: "Forgejo's",
    header: { "X-Forgejo-Signature": hmac("one", push) },
    params: { secretRef: ref("old") },
    want: {},
  },
  { name: "Gogs'", header: { "X-Gogs-Signature": hmac("one", push) }, params: { secretRef: ref("old") }, want: {} },
  {
    name: "GitHub-style",
    header: { "X-Hub-Signature-256": `sha256=${hmac("one", push)}` },
    params: { secretRef: ref("old") },
    want: {},
  },
  {
    name: "GitHub-style with another hash is refused",
    header: { "X-Hub-Signature-256": `sha1=${createHmac("sha1", "one").update(push).digest("hex")}` },
    params: { secretRef: ref("old") },
    want: { code: 9, message: "X-Hub-Signature-256 does not begin with sha256=", cause: "verification" },
  },
  {
    name: "the first signature present decides",
    header: { "X-Gitea-Signature": hmac("wrong", push), "X-Gogs-Signature": hmac("one", push) },
    params: { secretRef: ref("old") },
    want: { code: 9, message: "payload signature check failed", cause: "verification" },
  },
  {
    name: "missing signature",
    header: {},
    params: { secretRef: ref("old") },
    want: { code: 9, message: "no X-Gitea-Signature header set", cause: "verification" },
  },
  {
    name: "rotation: the second secret",
    header: { "X-Gitea-Signature": hmac("two", push) },
    params: { secretRef: ref("old"), secretRefs: [ref("new")] },
    want: {},
  },
  {
    name: "rotation: a secret that is gone is passed over",
    header: { "X-Gitea-Signature": hmac("two", push) },
    params: { secretRefs: [ref("gone"), ref("new")] },
    want: {},
  },
  {
    name: "no secret exists",
    header: { "X-Gitea-Signature": hmac("two", push) },
    params: { secretRefs: [ref("gone")] },
    want: { code: 9, message: 'error getting secret: secrets "s" not found', cause: "configuration" },
  },
  {
    name: "a secret that cannot be asked for may be the right one",
    header: { "X-Gitea-Signature": hmac("three", push) },
    params: { secretRefs: [ref("old"), ref("x", "down")] },
    want: {
      code: 9,
      message: "error getting secret: the server is currently unable to handle the request",
      cause: "unavailable",
    },
  },
  {
    name: "an empty secret verifies nothing",
    header: { "X-Gitea-Signature": hmac("", push) },
    params: { secretRef: ref("empty") },
    want: {
      code: 9,
      message: "error getting secret: the value of key empty in secret ns/s is empty",
      cause: "configuration",
    },
  },
  {
    name: "event type from Gogs",
    header: { "X-Gogs-Event": "create" },
    params: { eventTypes: ["push"] },
    want: { code: 9, message: "event type create is not allowed" },
  },
  {
    name: "changed files",
    header: { "X-Gitea-Event": "push" },
    params: { addChangedFiles: { enabled: true } },
    want: { extensions: { changed_files: "a,b,c" } },
  },
  {
    name: "params of a wrong shape",
    header: {},
    params: { secretRefs: {} },
    want: {
      code: 3,
      message:
        "failed to parse interceptor params: invalid json: json: cannot unmarshal object into Go struct field InterceptorParams.secretRefs of type []v1beta1.SecretRef",
      cause: "configuration",
    },
  },
];
for (const { name, header, params, want } of gitea) {
  test(`gitea: ${name}`, async () => {
    const got = await giteaInterceptor(request(push, header, params), environment());
    equal(got.continue, want.code === undefined);
    deepEqual(
      { code: got.status.code, message: got.status.message, cause: got.stopCause, extensions: got.extensions },
      { code: want.code ?? 0, message: want.message ?? "", cause: want.cause, extensions: want.extensions },
    );
  });
}

const eventTypes = [
  {
    name: "another type",
    header: { "X-Gitea-Event": "create" },
    evidence: [{ subject: "X-Gitea-Event", value: "create" }],
  },
  { name: "no type", header: {}, evidence: [{ subject: "X-Gitea-Event", error: "the request has no such header" }] },
];
for (const { name, header, evidence } of eventTypes) {
  test(`gitea: what a refusal of event types is based on: ${name}`, async () => {
    const got = await giteaInterceptor(request(push, header, { eventTypes: ["push"] }), environment());
    deepEqual(got.evidence, [...evidence, { subject: "eventTypes", value: ["push"] }]);
  });
}

test("github: the very bytes are verified, not their text", async () => {
  const rawBody = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
  const signed = request("", { "X-Hub-Signature-256": `sha256=${hmac("one", rawBody)}` }, { secretRef: ref("old") });
  const got = await githubInterceptor({ ...signed, body: rawBody.toString("utf8"), rawBody }, environment());
  equal(got.continue, true);
});

test("github: a secret stored with a newline is pointed out", async () => {
  const header = { "X-Hub-Signature-256": `sha256=${hmac("s3cret", "{}")}` };
  const got = await githubInterceptor(request("{}", header, { secretRef: ref("newline") }), environment());
  equal(got.continue, false);
  match(got.evidence?.[1]?.error ?? "", /white space/);
});

const pullRequest = '{"number":7,"repository":{"full_name":"org/repo"},"sender":{"login":"eve"}}';
const files = "repos/org/repo/pulls/7/files?per_page=100";

test("github: owners are checked when changed files are added too", async () => {
  const api = environment({
    [`https://api.github.com/${files}`]: { status: 200, headers: {}, body: '[{"filename":"a"}]' },
  });
  const params = { addChangedFiles: { enabled: true }, githubOwners: { enabled: true, checkType: "none" } };
  const got = await githubInterceptor(request(pullRequest, { "X-GitHub-Event": "pull_request" }, params), api);
  deepEqual(api.calls, [`https://api.github.com/${files}`, "https://api.github.com/repos/org/repo/contents/OWNERS"]);
  equal(got.status.message, "owners check requirements not met");
});

const enterprise = [
  { name: "a listed host gets the token", host: "ghe.example", token: true, calls: 1 },
  { name: "another one does not", host: "evil.example", token: true, calls: 0 },
  { name: "without a token any host may be asked", host: "evil.example", token: false, calls: 1 },
  { name: "what is no host name is never asked", host: "evil.example/x?", token: false, calls: 0 },
];
for (const { name, host, token, calls } of enterprise) {
  test(`github enterprise: ${name}`, async () => {
    const api = environment();
    const header = { "X-GitHub-Event": "pull_request", "X-GitHub-Enterprise-Host": host };
    const feature = { enabled: true, ...(token ? { personalAccessToken: ref("pat") } : {}) };
    const got = await githubInterceptor(request(pullRequest, header, { addChangedFiles: feature }), api);
    equal(got.continue, false);
    deepEqual(api.calls, calls === 1 ? [`https://${host}/api/v3/${files}`] : []);
  });
}

const slackForm = "text=hi&command=x";
const slackBody = '{"text":["hi"],"command":["x"]}';
const slackCases = [
  { name: "a right one passes", timestamp: "1700000000", key: "one", message: "" },
  { name: "a wrong one does not", timestamp: "1700000000", key: "x", message: "payload signature check failed" },
  {
    name: "an old one does not",
    timestamp: "1699999000",
    key: "one",
    message: "X-Slack-Request-Timestamp is more than five minutes off",
  },
];
for (const { name, timestamp, key, message } of slackCases) {
  test(`slack signature: ${name}`, async () => {
    const got = await slackInterceptor(
      {
        body: slackBody,
        rawBody: Buffer.from(slackForm),
        header: {
          "Content-Type": ["application/x-www-form-urlencoded"],
          "X-Slack-Request-Timestamp": [timestamp],
          "X-Slack-Signature": [`v0=${hmac(key, `v0:${timestamp}:${slackForm}`)}`],
        },
        interceptorParams: { requestedFields: ["text"], secretRef: ref("old") },
        context,
      },
      environment(),
    );
    equal(got.status.message, message);
  });
}

test("no request makes an interceptor throw", async () => {
  const names = fc.constantFrom(...coreInterceptors.keys());
  const known = fc.constantFrom(
    "secretRef",
    "eventTypes",
    "addChangedFiles",
    "githubOwners",
    "enabled",
    "filter",
    "overlays",
  );
  const params = fc.dictionary(
    known,
    fc.oneof(fc.jsonValue() as fc.Arbitrary<JsonValue>, fc.constant({ enabled: true })),
  );
  const event = fc.constantFrom("push", "pull_request", "issue_comment");
  const field = fc.constantFrom("repository", "full_name", "number", "sender", "commits", "issue", "comment", "login");
  const payload = fc.oneof(
    fc.string(),
    fc.dictionary(field, fc.jsonValue()).map((value) => JSON.stringify(value)),
  );
  await fc.assert(
    fc.asyncProperty(names, payload, event, params, async (name, body, type, interceptor_params) => {
      const header = { "X-GitHub-Event": [type], "X-Gitea-Event": [type], "X-Slack-Signature": ["x"] };
      const text = JSON.stringify({ body, header, interceptor_params, context: { trigger_id: "a/b/c/d" } });
      equal((await answerCoreRequest(`/${name}`, text, environment())).status, 200);
    }),
    { numRuns: 300 },
  );
});
