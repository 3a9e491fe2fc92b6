import { deepEqual, equal, ok } from "node:assert/strict";
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
  for (const mode of [["full"], ["sink-only"], ["shared", "--namespaces", "a,b"]]) {
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
  equal((await runTektite(["install", "--mode", "shared"])).exitCode, 2);
});

test("the image runs as nobody, from a pinned base", () => {
  const file = readFileSync(join(root, "Dockerfile"), "utf8");
  ok(/^ARG NODE_IMAGE=\S+:\d+\.\d+\.\d+-\S+$/m.test(file));
  ok(/^USER 65532:65532$/m.test(file));
});
