import { deepEqual, equal, match, ok } from "node:assert/strict";
import { test } from "node:test";
import { type PlaygroundInput, runPlayground } from "./playground.ts";
import { parseTriggerTests } from "./trigger-test.ts";

const request = `POST /?x=1 HTTP/1.1
Content-Type: application/json
X-GitHub-Event: push

{"ref": "refs/heads/main", "after": "8d5d", "repository": {"full_name": "acme/site"}}`;

function listener({ filter = "body.ref.startsWith('refs/heads/')", value = "$(body.after)", extra = "" }): string {
  return `apiVersion: triggers.tekton.dev/v1beta1
kind: EventListener
metadata: {name: el}
spec:
  triggers:
    - name: push
      interceptors:
        - ref: {name: github}
          params:
            - name: secretRef
              value: {secretName: webhook, secretKey: token}
            - {name: eventTypes, value: [push]}
        - ref: {name: cel}
          params:
            - name: filter
              value: ${filter}
      bindings: [{name: revision, value: ${value}}]
      template:
        spec:
          params: [{name: revision}]
          resourcetemplates:
            - apiVersion: tekton.dev/v1
              kind: TaskRun
              metadata: {generateName: run-}
              spec:
                taskRef: {name: build}
                params: [{name: revision, value: $(tt.params.revision)}]
${extra}`;
}

function manifests(text: string, from = request): PlaygroundInput {
  return { request: from, what: { kind: "manifests", text, namespace: "default" } };
}

async function outcome(input: PlaygroundInput) {
  const { problems, runs } = await runPlayground(input, 0);
  return {
    states: runs.flatMap(({ triggers }) => triggers.map(({ state }) => state)),
    problems: problems.map(({ where, line, severity }) => `${where} ${line} ${severity}`),
  };
}

const unsigned = "manifests 10 warning";
const secret = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: webhook}\nstringData: {token: t}\n";

const table: readonly { name: string; input: PlaygroundInput; want: Awaited<ReturnType<typeof outcome>> }[] = [
  { name: "it runs", input: manifests(listener({})), want: { states: ["created"], problems: [unsigned] } },
  {
    name: "a misspelt filter lets everything pass",
    input: manifests(listener({ filter: "'false'" }).replace("name: filter", "name: filtr")),
    want: { states: ["created"], problems: ["manifests 15 warning", unsigned] },
  },
  {
    name: "its filter says no",
    input: manifests(listener({ filter: "body.ref == 'refs/heads/dev'" })),
    want: { states: ["filtered"], problems: [unsigned] },
  },
  {
    name: "a Secret among the documents is what the sender is verified with",
    input: manifests(listener({ extra: secret })),
    want: { states: ["rejected"], problems: [] },
  },
  {
    name: "YAML that cannot be read",
    input: manifests("apiVersion: v1\nkind: [\n"),
    want: { states: [], problems: ["manifests 3 error"] },
  },
  {
    name: "a field that does not exist",
    input: manifests(listener({}).replace("bindings:", "bindngs:")),
    want: { states: [], problems: ["manifests 17 error"] },
  },
  {
    name: "a field that does not exist, with its value below",
    input: manifests(listener({}).replace("template:", "tmplate:")),
    want: { states: [], problems: ["manifests 18 error"] },
  },
  {
    name: "a CEL expression that does not compile",
    input: manifests(listener({ filter: "body.ref ==" })),
    want: { states: ["failed"], problems: ["manifests 16 error", unsigned] },
  },
  {
    name: "a CEL expression of several lines",
    input: manifests(listener({ filter: "|\n                body.ref == 'x' &&\n                nope(1)" })),
    want: { states: ["failed"], problems: ["manifests 18 error", unsigned] },
  },
  {
    name: "a CEL expression that fails with this event",
    input: manifests(listener({ filter: "body.nothing == 'x'" })),
    want: { states: ["filtered"], problems: [unsigned, "manifests 16 error"] },
  },
  {
    name: "a binding that finds nothing",
    input: manifests(listener({ value: "$(body.nothing)" })),
    want: { states: ["failed"], problems: [unsigned, "manifests 17 error"] },
  },
  {
    name: "a request that is none",
    input: manifests(listener({}), "GET"),
    want: { states: [], problems: ["request 1 error"] },
  },
  {
    name: "a JSON body alone",
    input: manifests(listener({}), '\n{"ref": "refs/heads/main", "after": "1"}'),
    want: { states: ["filtered"], problems: [unsigned] },
  },
  {
    name: "a body that is no JSON",
    input: manifests(listener({}), 'POST / HTTP/1.1\nX-GitHub-Event: push\n\n{\n  "ref": refs\n}'),
    want: { states: [], problems: ["request 5 error", unsigned] },
  },
  {
    name: "a body that ends too early",
    input: manifests(listener({}), 'POST / HTTP/1.1\n\n{\n  "ref": "x"\n'),
    want: { states: [], problems: ["request 5 error", unsigned] },
  },
  {
    name: "a header that is none",
    input: manifests(listener({}), "POST / HTTP/1.1\nContent-Type json\n\n{}"),
    want: { states: [], problems: ["request 2 error"] },
  },
  {
    name: "nothing that takes events",
    input: manifests("apiVersion: v1\nkind: Secret\nmetadata: {name: x}\n"),
    want: { states: [], problems: ["manifests 1 error"] },
  },
];

for (const { name, input, want } of table) {
  test(`playground: ${name}`, async () => deepEqual(await outcome(input), want));
}

test("playground: the path with its values, and the objects", async () => {
  const { runs } = await runPlayground(manifests(listener({})), 0);
  const trigger = runs[0]?.triggers[0];
  equal(runs[0]?.listener, "default/el");
  deepEqual(
    trigger?.interceptors.map(({ name, evidence = [] }) => [name, evidence.map(({ subject }) => subject)]),
    [
      ["github", []],
      ["cel", ["body.ref"]],
    ],
  );
  deepEqual(
    trigger?.params.map(({ name, value }) => [name, value]),
    [["revision", "8d5d"]],
  );
  match(trigger?.objects[0] ?? "", /generateName: run-[\s\S]*value: 8d5d/);
});

test("playground: the test case is one that tektite test reads", async () => {
  const { test: text = "" } = await runPlayground(manifests(listener({})), 0);
  const tests = parseTriggerTests("tried.test.yaml", text);
  ok(tests.ok, tests.ok ? "" : tests.error.join("\n"));
  const [only] = tests.value[0]?.cases ?? [];
  deepEqual(
    only?.expectations.map(({ trigger, outcome: expected }) => [trigger, expected?.kind]),
    [["push", "created"]],
  );
});

const expressions: readonly { text: string; want: object }[] = [
  { text: "body.ref.split('/')[2]", want: { value: "main", problems: [] } },
  { text: "header.canonical('X-GitHub-Event') + requestURL", want: { value: "push/?x=1", problems: [] } },
  { text: "body.ref ==", want: { value: undefined, problems: [{ line: 1, column: 12 }] } },
  { text: "body.ref ==\n  nope()", want: { value: undefined, problems: [{ line: 2, column: 7 }] } },
  { text: "body.nothing", want: { value: undefined, problems: [{ line: 1, column: undefined }] } },
];

for (const { text, want } of expressions) {
  test(`playground: ${JSON.stringify(text)}`, async () => {
    const { expression, problems } = await runPlayground({ request, what: { kind: "expression", text } }, 0);
    const places = problems.map(({ line, column }) => ({ line, column }));
    deepEqual({ value: expression?.value, problems: places }, want);
  });
}
