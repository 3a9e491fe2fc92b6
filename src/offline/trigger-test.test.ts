import { deepEqual, equal, fail, match } from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { runTriggerTest } from "./run-trigger-test.ts";
import { formatJunit, formatResults } from "./test-report.ts";
import { parseTriggerTests } from "./trigger-test.ts";

const folder = mkdtempSync(join(tmpdir(), "tektite-trigger-test-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, "x.test.yaml");

writeFileSync(
  join(folder, "resources.yaml"),
  `
apiVersion: triggers.tekton.dev/v1beta1
kind: EventListener
metadata: {name: el}
spec:
  triggers:
    - name: push
      interceptors:
        - ref: {name: github}
          params:
            - {name: secretRef, value: {secretName: hook, secretKey: token}}
            - {name: eventTypes, value: [push]}
        - ref: {name: cel}
          params:
            - {name: filter, value: body.ref == 'main'}
            - {name: overlays, value: [{key: short, expression: body.sha.truncate(3)}]}
      bindings:
        - {name: sha, value: $(body.sha)}
        - {name: count, value: $(body.count)}
        - {name: author, value: $(body.author)}
      template:
        spec:
          params: [{name: sha}, {name: count}, {name: author}]
          resourcetemplates:
            - {apiVersion: v1, kind: ConfigMap, metadata: {generateName: c-}, data: {sha: $(tt.params.sha), list: "a,b"}}
            - {apiVersion: v1, kind: Secret, metadata: {name: second}}
    - name: slack
      interceptors:
        - ref: {name: slack}
          params:
            - {name: secretRef, value: {secretName: hook, secretKey: token}}
            - {name: requestedFields, value: [text]}
      bindings: []
      template: {spec: {resourcetemplates: [{apiVersion: v1, kind: ConfigMap, metadata: {name: slack}}]}}
`,
);
writeFileSync(join(folder, "push.http"), 'POST /x HTTP/1.1\nX-GitHub-Event: push\n\n{"ref": "main"}');
writeFileSync(join(folder, "push.json"), '{"ref": "main", "sha": "fedcba", "count": 3, "author": {"name": "Ann"}}');

const head = `apiVersion: tektite.dev/v1alpha1
kind: TriggerTest
metadata: {name: suite}
spec:
`;
const spec = `${head}  resources: [resources.yaml]
  secrets: [{name: hook, data: {token: s3cret}}]
  trigger: push
  request:
    headers: {X-GitHub-Event: push}
    body: {ref: main, sha: abcdef, count: 2, author: {name: Ann}}
    sign: {type: github, secret: s3cret}
  cases:
`;

async function results(text: string) {
  const tests = parseTriggerTests(file, text);
  if (!tests.ok) return fail(tests.error.join("\n"));
  return (await Promise.all(tests.value.map((each) => runTriggerTest(each, () => true)))).flat();
}

const passing = [
  { name: "objects as a subset", text: "{created: [{kind: ConfigMap, data: {sha: abcdef}}, {kind: Secret}]}" },
  { name: "params, text or JSON", text: "{params: {sha: abcdef, count: 2, author: {name: Ann}}}" },
  { name: "extensions", text: "{extensions: {short: abc}}" },
  {
    name: "several expectations",
    text: "[{trigger: push, created: [{kind: ConfigMap}, {}]}, {params: {sha: abcdef}}]",
  },
];

for (const { name, text } of passing) {
  test(`trigger tests pass: ${name}`, async () => {
    const [result] = await results(`${spec}    - {name: a, expect: ${text}}\n`);
    deepEqual(result?.outcome, { kind: "passed" });
  });
}

const otherRequests = [
  {
    name: "a request file",
    request: "{file: push.http}",
    expect: "{failed: {reason: InterceptorFailed, message: 'no such key: sha'}}",
  },
  { name: "a file with the body", request: "{bodyFile: push.json}", expect: "{params: {sha: fedcba, count: 3}}" },
  {
    name: "a header in the place of the common one",
    request: "{headers: {x-github-event: fork}}",
    expect: "{filtered: {interceptor: github, code: 9, message: not allowed}}",
  },
  {
    name: "a body that is text",
    request: "{body: '[1]'}",
    expect: "{refused: {status: 400, message: cannot unmarshal array}}",
  },
  {
    name: "a secret of the resources",
    request: "{sign: {type: github, secretRef: {name: hook, key: token}}}",
    expect: "{created: [{}, {}]}",
  },
  {
    name: "a wrong secret",
    request: "{sign: {type: github, secret: x}}",
    expect: "[{rejected: {interceptor: github}}, {rejected: true}, {created: []}]",
  },
];

for (const { name, request, expect } of otherRequests) {
  test(`trigger tests pass: ${name}`, async () => {
    const [result] = await results(`${spec}    - {name: a, request: ${request}, expect: ${expect}}\n`);
    deepEqual(result?.outcome, { kind: "passed" });
  });
}

test("trigger tests pass: a signed form at a given time", async () => {
  const text = spec
    .replace("trigger: push", "trigger: slack\n  time: 2026-01-31T12:00:00Z")
    .replace(/ {2}request:[\s\S]*?cases/, "  cases");
  const request = "{form: {text: hello, user: [a, b]}, sign: {type: slack, secret: s3cret}}";
  const more = `    - {name: a, request: ${request}, expect: {refused: {status: 400}}}\n`;
  // Forms need a listener that does not insist on JSON.
  deepEqual((await results(text + more))[0]?.outcome, { kind: "passed" });
  const yaml =
    "apiVersion: triggers.tekton.dev/v1beta1\nkind: EventListener\nmetadata: {name: el, annotations: {tekton.dev/payload-validation: 'false'}}\nspec:\n  triggers:\n    - name: slack\n      interceptors: [{ref: {name: slack}, params: [{name: secretRef, value: {secretName: hook, secretKey: token}}, {name: requestedFields, value: [text]}]}]\n      bindings: []\n      template: {spec: {resourcetemplates: [{apiVersion: v1, kind: ConfigMap, metadata: {name: slack}}]}}\n";
  writeFileSync(join(folder, "form.yaml"), yaml);
  const tolerant = text.replace("resources.yaml", "form.yaml");
  const good = `    - {name: a, request: ${request}, expect: {created: [{kind: ConfigMap}], extensions: {text: [hello]}}}\n`;
  deepEqual((await results(tolerant + good))[0]?.outcome, { kind: "passed" });
});

const failing = [
  {
    name: "an object that differs",
    text: "{created: [{kind: ConfigMap, data: {sha: other}}, {kind: Secret}]}",
    want: `- expected, + created
  kind: ConfigMap
  data:
-   sha: other
+   sha: abcdef
  ---
  kind: Secret`,
  },
  {
    name: "an object too many",
    text: "{created: [{kind: ConfigMap}]}",
    want: `expected 1 object, got 2 objects; - expected, + created
  kind: ConfigMap
+ ---
+ apiVersion: v1
+ kind: Secret
+ metadata:
+   name: second`,
  },
  {
    name: "more than is expected, when exact",
    text: "{match: exact, created: [{kind: ConfigMap, apiVersion: v1}, {kind: Secret}]}",
    want: /^- expected, \+ created\n {2}apiVersion: v1\n\+ data:\n\+ {3}list: a,b\n/,
  },
  {
    name: "params",
    text: "{params: {sha: xyz, nope: 1}}",
    want: `params: - expected, + got
- sha: xyz
- nope: 1
+ sha: abcdef`,
  },
  {
    name: "created, though it should be filtered",
    text: "{filtered: {interceptor: cel}}",
    want: `expected: filtered by cel
got: trigger push: matched, creates 2 objects
  interceptor github: continue
  interceptor cel: continue, adds extensions {"short":"abc"}
    body.ref = "main"`,
  },
  {
    name: "another trigger",
    text: "{trigger: nope, created: [{}]}",
    want: `expected trigger nope to be run
got: trigger push: matched, creates 2 objects
  interceptor github: continue
  interceptor cel: continue, adds extensions {"short":"abc"}
    body.ref = "main"`,
  },
];

for (const { name, text, want } of failing) {
  test(`trigger tests fail: ${name}`, async () => {
    const [result] = await results(`${spec}    - {name: a, expect: ${text}}\n`);
    const lines = result?.outcome.kind === "failed" ? result.outcome.lines.join("\n") : JSON.stringify(result?.outcome);
    if (typeof want === "string") equal(lines, want);
    else match(lines, want);
  });
}

test("trigger tests fail: filtered, with what the filter saw", async () => {
  const [result] = await results(`${spec}    - {name: a, request: {body: {ref: dev}}, expect: {created: [{}]}}\n`);
  deepEqual(result?.outcome, {
    kind: "failed",
    lines: [
      "expected 1 object, got none",
      "got: trigger push: filtered by cel",
      "  interceptor github: continue",
      "  interceptor cel: stop, code = FailedPrecondition desc = expression body.ref == 'main' did not return true",
      '    body.ref = "dev"',
    ],
  });
});

const brokenFiles = [
  {
    name: "another kind",
    text: "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n",
    want: "document 1, line 1: Secret s: expected apiVersion tektite.dev/v1alpha1 and kind TriggerTest",
  },
  { name: "nothing", text: "# nothing\n", want: "line 1: the file holds no TriggerTest" },
  { name: "broken YAML", text: `${head}  x: [\n`, want: /document 1, line \d+, column \d+: / },
  {
    name: "no resources",
    text: `${head}  cases: [{name: a, expect: {created: []}}]\n`,
    want: "document 1, line 4: TriggerTest suite: spec.resources: is missing: the files with the resources to test",
  },
  {
    name: "no cases",
    text: `${head}  resources: [r.yaml]\n`,
    want: "document 1, line 4: TriggerTest suite: spec.cases: is missing: there is nothing to test",
  },
  {
    name: "an unknown field",
    text: `${spec}    - name: a\n      exspect: {created: []}\n`,
    want: "document 1, line 14: TriggerTest suite: spec.cases[0].exspect: unknown field; there is name, request, expect",
  },
  {
    name: "a number for text",
    text: `${spec}    - name: 5\n      expect: {created: []}\n`,
    want: "document 1, line 13: TriggerTest suite: spec.cases[0].name: expected text: write it in quotes",
  },
  {
    name: "two outcomes",
    text: `${spec}    - name: a\n      expect: {created: [], failed: true}\n`,
    want: "document 1, line 14: TriggerTest suite: spec.cases[0].expect: give one of created, filtered, rejected, failed, refused",
  },
  {
    name: "a signature nobody knows",
    text: `${spec}    - name: a\n      request:\n        sign: {type: svn, secret: x}\n      expect: {created: []}\n`,
    want: "document 1, line 15: TriggerTest suite: spec.cases[0].request.sign.type: expected one of github, gitea, forgejo, gogs, gitlab, bitbucket, slack",
  },
];

for (const { name, text, want } of brokenFiles) {
  test(`trigger test files: ${name} is told with its line`, () => {
    const tests = parseTriggerTests("f.test.yaml", text);
    const first = tests.ok ? "" : (tests.error[0] ?? "");
    if (typeof want === "string") equal(first, `f.test.yaml: ${want}`);
    else match(first, want);
  });
}

test("trigger tests are broken when what they need is not there", async () => {
  const [missing] = await results(`${spec}    - {name: a, request: {file: nope.http}, expect: {created: []}}\n`);
  equal(
    missing?.outcome.kind === "broken" && missing.outcome.problems[0]?.replaceAll(folder, ""),
    "/x.test.yaml: document 1, line 13: TriggerTest suite: spec.cases[0]: /nope.http: no such file",
  );
  const [resources] = await results(
    `${spec.replace("resources.yaml", "nope.yaml")}    - {name: a, expect: {created: []}}\n`,
  );
  equal(
    resources?.outcome.kind === "broken" && resources.outcome.problems[0]?.replaceAll(folder, ""),
    "/nope.yaml: no such file or folder",
  );
});

test("reports: lines for TAP readers, and JUnit", () => {
  const cases = [
    { file: "a.yaml", name: "s: one", outcome: { kind: "passed" }, durationMs: 1.5 },
    { file: "a.yaml", name: "s: <two>", outcome: { kind: "failed", lines: ['- "x" & y', "\u0001"] }, durationMs: 2 },
    { file: "b.yaml", name: "s: three", outcome: { kind: "broken", problems: ["no file"] }, durationMs: 0 },
  ] as const;
  equal(
    formatResults(cases),
    `ok 1 - a.yaml: s: one
not ok 2 - a.yaml: s: <two>
    - "x" & y
    \\u0001
not ok 3 - b.yaml: s: three # broken
    no file
1..3
# 1 passed, 1 failed, 1 broken
`,
  );
  equal(
    formatJunit(cases),
    `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="tektite test" tests="3" failures="1" errors="1" time="0.004"><testsuite name="a.yaml" tests="2" failures="1" errors="0" time="0.004"><testcase classname="a.yaml" name="s: one" time="0.002"/><testcase classname="a.yaml" name="s: &lt;two&gt;" time="0.002"><failure message="- &quot;x&quot; &amp; y">- &quot;x&quot; &amp; y
\ufffd</failure></testcase></testsuite><testsuite name="b.yaml" tests="1" failures="0" errors="1" time="0.000"><testcase classname="b.yaml" name="s: three" time="0.000"><error message="no file">no file</error></testcase></testsuite></testsuites>
`,
  );
});
