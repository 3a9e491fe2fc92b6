import { deepEqual, equal, match, ok } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parseAllDocuments } from "yaml";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, member } from "../src/json/value.ts";
import { root, runProgram, runTektite } from "./harness.ts";

async function install(...args: readonly string[]): Promise<readonly JsonObject[]> {
  const { stdout, stderr, exitCode } = await runTektite(["install", ...args]);
  equal(exitCode, 0, stderr);
  return parseAllDocuments(stdout).map((document) => document.toJS() as JsonObject);
}

function named(objects: readonly JsonObject[], kind: string): readonly string[] {
  return objects
    .filter((object) => object["kind"] === kind)
    .map((object) => String(member(object["metadata"], "name")));
}

function rulesOf(object: JsonObject): readonly JsonObject[] {
  const rules = object["rules"];
  return isJsonArray(rules) ? rules.filter(isJsonObject) : [];
}

function includes(list: JsonValue | undefined, text: string): boolean {
  return isJsonArray(list) && list.includes(text);
}

test("deploy/ is what tektite install prints", async () => {
  const { stderr, exitCode } = await runProgram(process.execPath, [
    join(root, "scripts", "render-deploy.ts"),
    "--check",
  ]);
  equal(exitCode, 0, stderr);
});

test("a full installation has Tekton's names, in the namespace and with the image that are asked for", async () => {
  const objects = await install("--namespace", "ci-system", "--image", "registry.example.com/tektite:2");
  const deployments = ["tekton-triggers-controller", "tekton-triggers-webhook", "tekton-triggers-core-interceptors"];
  deepEqual(named(objects, "Deployment"), deployments);
  deepEqual(named(objects, "Service"), deployments);
  equal(named(objects, "CustomResourceDefinition").length, 7);
  // In one call kubectl refuses objects of kinds that it has still to define.
  deepEqual(
    objects.filter(({ apiVersion }) => String(apiVersion).startsWith("triggers.tekton.dev/")),
    [],
  );
  const text = JSON.stringify(objects);
  ok(!text.includes("tekton-pipelines"));
  equal(text.match(/"image":"registry\.example\.com\/tektite:2"/g)?.length, 3);
  for (const deployment of objects.filter(({ kind }) => kind === "Deployment")) {
    const pod = member(member(member(deployment, "spec"), "template"), "spec");
    const containers = member(pod, "containers");
    const security = member(isJsonArray(containers) ? containers[0] : undefined, "securityContext");
    equal(member(security, "readOnlyRootFilesystem"), true);
    equal(member(security, "runAsNonRoot"), true);
  }
});

test("no listener and no controller may list Secrets, nobody may but its own by name", async () => {
  const shared = [
    ["shared", "--namespaces", "a,b"],
    ["shared", "--namespace-selector", "a=b"],
  ];
  for (const mode of [["full"], ["sink-only"], ...shared]) {
    for (const object of await install("--mode", ...mode)) {
      for (const rule of rulesOf(object)) {
        if (!includes(rule["resources"], "secrets") && !includes(rule["resources"], "*")) continue;
        if (includes(rule["apiGroups"], "serving.knative.dev")) continue;
        const verbs = isJsonArray(rule["verbs"]) ? rule["verbs"] : [];
        ok(rule["resourceNames"] !== undefined || verbs.every((verb) => verb === "get"), JSON.stringify(object));
      }
    }
  }
});

test("a shared installation is bound to its namespaces", async () => {
  const objects = await install("--mode", "shared", "--namespaces", "a,b");
  const impersonating = objects.filter((object) => rulesOf(object).some(({ verbs }) => includes(verbs, "impersonate")));
  deepEqual(
    impersonating.map((object) => [object["kind"], member(object["metadata"], "namespace") ?? ""]),
    [
      ["Role", "a"],
      ["Role", "b"],
      ["ClusterRole", ""],
    ],
    "the last is the role that users bind to listeners",
  );
});

test("where namespaces are chosen by labels, a shared installation acts for those alone that let it in", async () => {
  const selector = "tektite in (shared,both),!closed";
  const objects = await install("--mode", "shared", "--namespace-selector", selector);
  const ours = (kind: string) => named(objects, kind).filter((name) => name.startsWith("tektite-shared-sink"));
  deepEqual(ours("ClusterRole"), ["tektite-shared-sink-namespace", "tektite-shared-sink"]);
  deepEqual([ours("Role"), ours("RoleBinding")], [[], []]);
  const bound = objects.filter((object) => object["kind"] === "ClusterRoleBinding");
  const role = bound.find((object) => member(object["metadata"], "name") === "tektite-shared-sink");
  equal(member(role?.["roleRef"], "name"), "tektite-shared-sink");
  const everywhere = objects.find(
    (object) => object["kind"] === "ClusterRole" && member(object["metadata"], "name") === "tektite-shared-sink",
  );
  deepEqual(rulesOf(everywhere ?? {}), [
    { apiGroups: [""], resources: ["namespaces"], verbs: ["get", "list", "watch"] },
  ]);
  ok(JSON.stringify(objects).includes(`"--namespace-selector=${selector}"`));
});

const wrongCalls: readonly (readonly [args: readonly string[], why: RegExp])[] = [
  [["--mode", "shared"], /goes with --namespaces or --namespace-selector/],
  [["--mode", "shared", "--namespaces", "a", "--namespace-selector", "b"], /--namespaces or --namespace-selector/],
  [["--namespaces", "a"], /--mode shared goes with/],
  [["--mode", "shared", "--namespaces", "a,B c"], /B c is no name of a namespace/],
  [["--mode", "shared", "--namespace-selector", "a in b"], /--namespace-selector: /],
  [["--mode", "shared", "--namespace-selector", " "], /an empty one would serve every namespace/],
  [["--journal", "disk"], /--journal: "disk" is none of/],
];

for (const [args, why] of wrongCalls) {
  test(`install ${args.join(" ")} is a wrong call`, async () => {
    const { exitCode, stdout, stderr } = await runTektite(["install", ...args]);
    deepEqual([exitCode, stdout], [2, ""]);
    match(stderr, why);
  });
}

test("without --image it is said how a cluster gets one, in the manifests and beside them", async () => {
  const how = /podman build -t REGISTRY\/tektite:\S+ \. && podman push REGISTRY\/tektite:/;
  const without = await runTektite(["install"]);
  match(without.stderr, how);
  match(without.stdout, how);
  const named = await runTektite(["install", "--image", "registry.example.com/tektite:2"]);
  equal(named.stderr, "");
  ok(!how.test(named.stdout));
});

test("bindings of Tekton's names have Tekton's roles, as those of an existing installation cannot be changed", async () => {
  const tektons: Readonly<Record<string, string>> = {
    "ClusterRoleBinding tekton-triggers-controller-admin": "ClusterRole tekton-triggers-admin",
    "ClusterRoleBinding tekton-triggers-webhook-admin": "ClusterRole tekton-triggers-admin",
    "ClusterRoleBinding tekton-triggers-core-interceptors": "ClusterRole tekton-triggers-core-interceptors",
    "ClusterRoleBinding tekton-triggers-core-interceptors-secrets":
      "ClusterRole tekton-triggers-core-interceptors-secrets",
    "RoleBinding tekton-triggers-webhook-admin": "Role tekton-triggers-admin-webhook",
    "RoleBinding tekton-triggers-core-interceptors": "Role tekton-triggers-core-interceptors",
    "RoleBinding tekton-triggers-info": "Role tekton-triggers-info",
  };
  const bindings = (await install()).filter(({ roleRef }) => roleRef !== undefined);
  const same = bindings.filter(({ kind, metadata, roleRef }) => {
    const theirs = tektons[`${String(kind)} ${String(member(metadata, "name"))}`];
    if (theirs === undefined) return false;
    equal(`${String(member(roleRef, "kind"))} ${String(member(roleRef, "name"))}`, theirs);
    return true;
  });
  equal(same.length, 6);
});

test("Deployments of Tekton's names select Tekton's pods, which cannot be changed either", async () => {
  const selectors = (await install())
    .filter(({ kind }) => kind === "Deployment")
    .map(({ spec }) => member(member(spec, "selector"), "matchLabels"));
  const selector = (name: string, component: string) => ({
    "app.kubernetes.io/name": name,
    "app.kubernetes.io/component": component,
    "app.kubernetes.io/instance": "default",
    "app.kubernetes.io/part-of": "tekton-triggers",
  });
  deepEqual(selectors, [
    selector("controller", "controller"),
    selector("webhook", "webhook"),
    selector("core-interceptors", "interceptors"),
  ]);
});

test("the image runs as nobody, from a pinned base", () => {
  const file = readFileSync(join(root, "Dockerfile"), "utf8");
  ok(/^ARG NODE_IMAGE=\S+:\d+\.\d+\.\d+-\S+$/m.test(file));
  ok(/^USER 65532:65532$/m.test(file));
});
