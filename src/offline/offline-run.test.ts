import { deepEqual, equal, fail, match } from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { cannedOutgoing } from "./canned-answers.ts";
import { parseManifests } from "./manifests.ts";
import { type GivenSecret, OfflineResources } from "./offline-resources.ts";
import { createsSomething, defaultEventId, type OfflineRun, runOffline } from "./offline-run.ts";
import { offline } from "./outgoing.ts";
import { parseRequestFile } from "./request-file.ts";
import { formatRuns } from "./verdict-text.ts";

const resources = `
apiVersion: triggers.tekton.dev/v1beta1
kind: EventListener
metadata: {name: el}
spec:
  labelSelector: {matchLabels: {team: a}}
  triggers:
    - name: inline
      interceptors:
        - ref: {name: cel}
          params: [{name: filter, value: "body.ref == 'main' && has(body.id)"}]
      bindings: [{name: ref, value: $(body.ref)}]
      template:
        spec:
          params: [{name: ref}, {name: mode, default: fast}]
          resourcetemplates:
            - {apiVersion: tekton.dev/v1, kind: PipelineRun, metadata: {generateName: run-}, spec: {pipelineRef: {name: p}, params: [{name: ref, value: $(tt.params.ref)}, {name: mode, value: $(tt.params.mode)}]}}
    - triggerRef: gone
  triggerGroups:
    - name: group
      interceptors: [{ref: {name: github}, params: [{name: eventTypes, value: [push]}]}]
      triggerSelector: {labelSelector: {matchLabels: {team: b}}}
---
apiVersion: triggers.tekton.dev/v1beta1
kind: Trigger
metadata: {name: selected, labels: {team: a}}
spec:
  bindings: [{ref: gone}]
  template: {spec: {resourcetemplates: [{apiVersion: v1, kind: ConfigMap, metadata: {name: c}}]}}
---
apiVersion: triggers.tekton.dev/v1beta1
kind: Trigger
metadata: {name: grouped, labels: {team: b}}
spec:
  bindings: []
  template: {spec: {resourcetemplates: [{apiVersion: v1, kind: Namespace, metadata: {name: space}}]}}
---
apiVersion: triggers.tekton.dev/v1beta1
kind: Trigger
metadata: {name: alone, namespace: other}
spec:
  interceptors:
    - webhook: {url: "http://hook.example.com/x", objectRef: {kind: Service, apiVersion: v1, name: x}}
  bindings: []
  template: {spec: {resourcetemplates: [{apiVersion: example.com/v2, kind: Widget, metadata: {name: w}}]}}
`;

function load(yaml: string, secrets: readonly GivenSecret[] = []): OfflineResources {
  const manifests = parseManifests("f.yaml", yaml);
  if (!manifests.ok) return fail(manifests.error);
  const loaded = OfflineResources.of(manifests.value, { namespace: "default", secrets });
  return loaded.ok ? loaded.value : fail(loaded.error.join("\n"));
}

const fixed = { eventId: defaultEventId, nowMs: () => 0, ...offline };

async function run(
  loaded: OfflineResources,
  request: string,
  options: Partial<Parameters<typeof runOffline>[2]> = {},
): Promise<readonly OfflineRun[]> {
  const parsed = parseRequestFile(Buffer.from(request));
  if (!parsed.ok) return fail(parsed.error.message);
  const runs = await runOffline(loaded, parsed.value, { ...fixed, ...options });
  return runs.ok ? runs.value : fail(runs.error);
}

test("offline: every listener and every trigger that none uses is run", async () => {
  const runs = await run(load(resources), 'POST /p HTTP/1.1\nX-GitHub-Event: push\n\n{"ref": "main", "id": 1}');
  equal(createsSomething(runs), true);
  equal(
    formatRuns(runs),
    `# EventListener default/el
#   Error getting Trigger gone in Namespace default: trigger.triggers.tekton.dev "gone" not found
#   trigger selected: failed (BindingsNotResolved): failed to resolve bindings: error getting TriggerBinding : triggerbinding.triggers.tekton.dev "gone" not found
#   trigger inline: matched, creates 1 object
#     interceptor cel: continue
#       body.ref == 'main' = true
#       body.ref = "main"
#       has(body.id) = true
#     param ref = "main" (inline binding: $(body.ref))
#     param mode = "fast" (default of the TriggerTemplate)
#     creates tekton.dev/v1 PipelineRun run-… in namespace default
#   trigger grouped of group group: matched, creates 1 object
#     creates v1 Namespace space
# without EventListener
#   trigger alone: failed (InterceptorUnavailable): Post "http://hook.example.com/x": not called offline: --call-remote does
#     interceptor http://hook.example.com/x: error, Post "http://hook.example.com/x": not called offline: --call-remote does
---
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata:
  generateName: run-
  labels:
    triggers.tekton.dev/eventlistener: el
    triggers.tekton.dev/trigger: inline
    triggers.tekton.dev/triggers-eventid: 00000000-0000-4000-8000-000000000000
  namespace: default
spec:
  pipelineRef:
    name: p
  params:
    - name: ref
      value: main
    - name: mode
      value: fast
---
apiVersion: v1
kind: Namespace
metadata:
  name: space
  labels:
    triggers.tekton.dev/eventlistener: el
    triggers.tekton.dev/trigger: grouped
    triggers.tekton.dev/triggers-eventid: 00000000-0000-4000-8000-000000000000
`,
  );
});

test("offline: one trigger by name, with what its filter saw", async () => {
  const runs = await run(load(resources), 'POST /p HTTP/1.1\n\n{"ref": "dev"}', { trigger: "inline" });
  equal(createsSomething(runs), false);
  equal(
    formatRuns(runs),
    `# EventListener default/el
#   Error getting Trigger gone in Namespace default: trigger.triggers.tekton.dev "gone" not found
#   trigger inline: filtered by cel
#     interceptor cel: stop, code = FailedPrecondition desc = expression body.ref == 'main' && has(body.id) did not return true
#       body.ref == 'main' = false
#       body.ref = "dev"
#       has(body.id) = false
`,
  );
});

test("offline: a group that says no is told in place of its triggers", async () => {
  const runs = await run(load(resources), "POST /p HTTP/1.1\nX-GitHub-Event: fork\n\n{}", { trigger: "grouped" });
  deepEqual(
    runs.flatMap(({ verdicts }) => verdicts).map(({ trigger, outcome }) => [trigger.path, outcome.kind]),
    [["triggerGroups/group", "filtered"]],
  );
});

test("offline: the listener refuses what is not a JSON object, unless it is told not to look", async () => {
  const refused = await run(load(resources), "POST /p HTTP/1.1\n\n[1]", { listener: "default/el" });
  deepEqual(refused[0]?.answer, {
    status: 400,
    message: "Invalid event body format : json: cannot unmarshal array into Go value of type map[string]interface {}",
  });
  const tolerant = resources.replace("{name: el}", '{name: el, annotations: {tekton.dev/payload-validation: "false"}}');
  const runs = await run(load(tolerant), "POST /p HTTP/1.1\n\n[1]", { listener: "el" });
  deepEqual(runs[0]?.answer, { status: 202 });
});

test("offline: a form of one field is taken where the listener asks for that", async () => {
  const yaml = (annotations: string) => `
apiVersion: triggers.tekton.dev/v1beta1
kind: EventListener
metadata: {name: el, annotations: {tekton.dev/payload-validation: "false", ${annotations}}}
spec:
  triggers:
    - interceptors: [{ref: {name: cel}, params: [{name: filter, value: "body.text[0] == 'hi'"}]}]
      bindings: []
      template: {spec: {resourcetemplates: [{apiVersion: v1, kind: ConfigMap}]}}
`;
  const form = "POST / HTTP/1.1\nContent-Type: application/x-www-form-urlencoded; charset=utf-8\n\ntext=hi";
  equal(createsSomething(await run(load(yaml("")), form)), false);
  equal(createsSomething(await run(load(yaml('tektite.dev/accept-any-form: "true"')), form)), true);
});

test("offline: an unknown name is told with those that there are", async () => {
  const parsed = parseRequestFile(Buffer.from("POST / HTTP/1.1\n\n{}"));
  if (!parsed.ok) return fail(parsed.error.message);
  deepEqual(await runOffline(load(resources), parsed.value, { ...fixed, trigger: "nope" }), {
    ok: false,
    error: "no trigger nope in the files; there is selected, inline, grouped, alone",
  });
  deepEqual(await runOffline(load(resources), parsed.value, { ...fixed, listener: "nope" }), {
    ok: false,
    error: "no EventListener nope in the files; there is el",
  });
});

test("offline: signatures are checked on the bytes of the file, with secrets of files or options", async () => {
  const yaml = `
apiVersion: triggers.tekton.dev/v1beta1
kind: Trigger
metadata: {name: signed}
spec:
  interceptors: [{ref: {name: github}, params: [{name: secretRef, value: {secretName: s, secretKey: k}}]}]
  bindings: []
  template: {spec: {resourcetemplates: [{apiVersion: v1, kind: ConfigMap, metadata: {name: c}}]}}
`;
  const body = '{"a": "é"}\r\n';
  const request = (key: string) =>
    `POST / HTTP/1.1\nX-Hub-Signature-256: sha256=${createHmac("sha256", key).update(body).digest("hex")}\n\n${body}`;
  const outcome = async (loaded: OfflineResources, key: string) => {
    const [verdict] = (await run(loaded, request(key))).flatMap(({ verdicts }) => verdicts);
    return verdict?.outcome.kind === "matched" ? "matched" : `${verdict?.outcome.kind}: ${verdict?.outcome.message}`;
  };
  const inFile = `${yaml}---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {k: ${Buffer.from("one").toString("base64")}}\n`;
  equal(await outcome(load(inFile), "one"), "matched");
  equal(await outcome(load(inFile), "two"), "rejected: payload signature check failed");
  equal(await outcome(load(inFile, [{ namespace: "default", name: "s", key: "k", value: "two" }]), "two"), "matched");
  equal(await outcome(load(yaml), "one"), 'failed: error getting secret: secrets "s" not found');
  const otherKey = [{ namespace: "default", name: "s", key: "x", value: "one" }];
  equal(
    await outcome(load(yaml, otherKey), "one"),
    "failed: error getting secret: cannot find k key in secret default/s",
  );
});

test("offline: a kind of a group that is known must be known too; of other groups what templates name is taken", async () => {
  const template = (object: string) => `
apiVersion: triggers.tekton.dev/v1beta1
kind: Trigger
metadata: {name: t}
spec: {bindings: [], template: {spec: {resourcetemplates: [${object}]}}}
`;
  const outcome = async (object: string, more = "") => {
    const runs = await run(load(template(object) + more), "POST / HTTP/1.1\n\n{}");
    const [verdict] = runs.flatMap(({ verdicts }) => verdicts);
    return verdict?.outcome.kind === "failed"
      ? verdict.outcome.message
      : verdict?.objects.map(({ namespace }) => namespace);
  };
  deepEqual(await outcome("{apiVersion: example.com/v2, kind: Widget}"), ["default"]);
  match(
    String(await outcome("{apiVersion: tekton.dev/v1, kind: PipelineRunn}")),
    /could not find resource with apiVersion/,
  );
  match(
    String(await outcome("{apiVersion: tekton.dev/v9, kind: PipelineRun}")),
    /could not find the requested resource/,
  );
  const definition = `---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec: {group: example.com, scope: Cluster, names: {kind: Widget, plural: widgets}, versions: [{name: v2}]}
`;
  deepEqual(await outcome("{apiVersion: example.com/v2, kind: Widget}", definition), [undefined]);
  match(String(await outcome("{apiVersion: example.com/v3, kind: Widget}", definition)), /requested resource/);
});

test("offline: old fields of v1alpha1 and the defaults of the ConfigMap are taken as by the server", async () => {
  const yaml = `
apiVersion: triggers.tekton.dev/v1alpha1
kind: Trigger
metadata: {name: t}
spec:
  interceptors: [{cel: {filter: "false"}}]
  bindings: []
  template: {spec: {resourceTemplates: [{apiVersion: v1, kind: ConfigMap}]}}
`;
  const [verdict] = (await run(load(yaml), "POST / HTTP/1.1\n\n{}")).flatMap(({ verdicts }) => verdicts);
  deepEqual(verdict?.outcome, {
    kind: "filtered",
    interceptor: "cel",
    code: 9,
    message: "expression false did not return true",
  });
});

test("offline: canned answers stand for remote interceptors", async () => {
  const answers = [{ url: "http://hook.example.com/x", status: 200, headers: [["X-New", "1"]] as const, body: "{}" }];
  const runs = await run(load(resources), "POST / HTTP/1.1\n\n{}", { trigger: "alone", ...cannedOutgoing(answers) });
  deepEqual(
    runs.flatMap(({ verdicts }) => verdicts.flatMap(({ objects }) => objects.map(({ resource }) => resource))),
    [{ group: "example.com", version: "v2", kind: "Widget", resource: "widgets", namespaced: true }],
  );
});

test("offline: what admission would refuse is not created", async () => {
  const yaml = `
apiVersion: triggers.tekton.dev/v1beta1
kind: Trigger
metadata: {name: t}
spec:
  bindings: [{name: name, value: $(body.name)}]
  template:
    spec:
      params: [{name: name}]
      resourcetemplates:
        - {apiVersion: v1, kind: ConfigMap, metadata: {name: first}}
        - {apiVersion: tekton.dev/v1, kind: PipelineRun, metadata: {generateName: run-}, spec: {params: []}}
        - {apiVersion: triggers.tekton.dev/v1beta1, kind: TriggerBinding, metadata: {name: $(tt.params.name)}, spec: {}}
`;
  const runs = await run(load(yaml), 'POST / HTTP/1.1\n\n{"name": "x"}');
  const [verdict] = runs.flatMap(({ verdicts }) => verdicts);
  deepEqual(verdict?.outcome, {
    kind: "failed",
    reason: "CreateFailed",
    message:
      'couldn\'t create resource with group version kind "tekton.dev/v1, Resource=pipelineruns": admission webhook "validation.webhook.pipeline.tekton.dev" denied the request: validation failed: expected exactly one, got neither: spec.pipelineRef, spec.pipelineSpec',
    canPass: false,
  });
  deepEqual(
    verdict?.objects.map(({ object }) => object["kind"]),
    ["ConfigMap"],
  );
});

const broken = [
  {
    name: "a broken pipeline",
    yaml: "apiVersion: tekton.dev/v1\nkind: Pipeline\nmetadata: {name: p}\nspec:\n  tasks:\n    - name: a\n      taskRef: {name: t}\n      runAfter: [b]\n",
    want: [
      "f.yaml: document 1, line 5: Pipeline p: spec.tasks: invalid value: task a depends on b but b wasn't present in Pipeline",
    ],
  },
  {
    name: "an unknown field is told with its line",
    yaml: "apiVersion: triggers.tekton.dev/v1beta1\nkind: TriggerBinding\nmetadata: {name: b}\nspec:\n  params:\n    - name: x\n      valeu: y\n",
    want: ['f.yaml: document 1, line 7: TriggerBinding b: spec.params[0].valeu: json: unknown field "valeu"'],
  },
  {
    name: "each broken rule is told, in the second document too",
    yaml: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n---\napiVersion: triggers.tekton.dev/v1beta1\nkind: EventListener\nmetadata: {name: e}\nspec:\n  triggers:\n    - name: _\n    - name: ok\n      triggerRef: t\n",
    want: [
      "f.yaml: document 2, line 10: EventListener e: spec.triggers[0].template, spec.triggers[0].triggerRef: expected exactly one, got neither",
      "f.yaml: document 2, line 10: EventListener e: spec.triggers[0].name: invalid value: trigger name '_' must be a valid label value",
    ],
  },
  {
    name: "a kind that is not served",
    yaml: "apiVersion: triggers.tekton.dev/v1\nkind: Trigger\nmetadata: {name: t}\n",
    want: ["f.yaml: document 1, line 1: Trigger t: unhandled kind: triggers.tekton.dev/v1, Kind=Trigger"],
  },
];

for (const { name, yaml, want } of broken) {
  test(`offline resources: ${name}`, () => {
    const manifests = parseManifests("f.yaml", yaml);
    if (!manifests.ok) return fail(manifests.error);
    const loaded = OfflineResources.of(manifests.value, { namespace: "default" });
    deepEqual(loaded.ok ? [] : loaded.error, want);
  });
}
