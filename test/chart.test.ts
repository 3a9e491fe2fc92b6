import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";
import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parseAllDocuments } from "yaml";
import { type JsonObject, type JsonValue, member } from "../src/json/value.ts";
import { kubectlPath, root, runProgram, runTektite, startUp, temporaryFolder } from "./harness.ts";

const chart = join(root, "deploy", "helm");

/** Real helm; scripts/fetch-helm.sh puts it there. */
async function helm(...args: readonly string[]) {
  const path = join(root, ".tools", "helm", "helm");
  if (!existsSync(path)) throw new Error("helm is missing: run scripts/fetch-helm.sh");
  return runProgram(path, args);
}

/** Objects by kind, namespace and name: the order of the tools differs. */
function objectsIn(yaml: string): ReadonlyMap<string, JsonValue> {
  const documents: readonly (JsonObject | null)[] = parseAllDocuments(yaml).map((document) => document.toJS());
  return new Map(documents.filter((object) => object !== null).map((object) => [keyOf(object), object]));
}

function keyOf(object: JsonObject): string {
  const metadata = object["metadata"];
  return `${String(object["kind"])} ${String(member(metadata, "namespace") ?? "")}/${String(member(metadata, "name"))}`;
}

async function install(...args: readonly string[]): Promise<ReadonlyMap<string, JsonValue>> {
  const { stdout, stderr, exitCode } = await runTektite(["install", ...args]);
  equal(exitCode, 0, stderr);
  return objectsIn(stdout);
}

function expectSame(got: ReadonlyMap<string, JsonValue>, want: ReadonlyMap<string, JsonValue>): void {
  deepEqual([...got.keys()].sort(), [...want.keys()].sort());
  for (const [key, object] of want) deepEqual(got.get(key), object, key);
}

const settings: readonly { name: string; namespace: string; values: readonly string[]; flags: readonly string[] }[] = [
  { name: "as it comes", namespace: "tekton-pipelines", values: [], flags: [] },
  {
    name: "everything, by values",
    namespace: "ci-system",
    values: ["image=registry.example.com:5000/ci/tektite:2", "journal=postgres-secret:journal/uri"],
    flags: ["--image", "registry.example.com:5000/ci/tektite:2", "--journal", "postgres-secret:journal/uri"],
  },
  { name: "listeners' roles", namespace: "x", values: ["mode=sink-only"], flags: ["--mode", "sink-only"] },
  {
    name: "one sink",
    namespace: "x",
    values: ["mode=shared", "sharedNamespaces={team-a,team-b}", "image=t@sha256:1234"],
    flags: ["--mode", "shared", "--namespaces", "team-a,team-b", "--image", "t@sha256:1234"],
  },
  {
    name: "one sink, by labels",
    namespace: "x",
    values: ["mode=shared", "sharedNamespaceSelector=tektite in (shared\\,both)\\,!closed"],
    flags: ["--mode", "shared", "--namespace-selector", "tektite in (shared,both),!closed"],
  },
];

for (const { name, namespace, values, flags } of settings) {
  test(`the chart gives what tektite install prints: ${name}`, async () => {
    const set = values.flatMap((value) => ["--set", value]);
    const linted = await helm("lint", chart, "--strict", "--namespace", namespace, ...set);
    equal(linted.exitCode, 0, linted.stdout + linted.stderr);
    const rendered = await helm("template", "tektite", chart, "--namespace", namespace, "--include-crds", ...set);
    equal(rendered.exitCode, 0, rendered.stderr);
    const isDefinition = (key: string) => key.startsWith("CustomResourceDefinition ");
    const wanted = new Map(await install("--namespace", namespace, ...flags));
    const got = new Map(objectsIn(rendered.stdout));
    // The roles alone have no definitions, which Helm leaves alone where they exist already.
    if (values.includes("mode=sink-only")) for (const key of got.keys()) if (isDefinition(key)) got.delete(key);
    expectSame(got, wanted);
  });
}

const refused: readonly (readonly [value: string, why: RegExp])[] = [
  ["mode=everything", /\/mode/],
  ["journal=disk", /\/journal/],
  ["sharedNamespaces={A b}", /\/sharedNamespaces/],
  ["sharedNamespaceSelector=a: b", /\/sharedNamespaceSelector/],
  ["imagee=x", /imagee/],
];

for (const [value, why] of refused) {
  test(`the chart refuses ${value}`, async () => {
    const rendered = await helm("template", "tektite", chart, "--set", value);
    notEqual(rendered.exitCode, 0);
    match(rendered.stderr, why);
  });
}

test("the kustomization gives what tektite install prints, with another image too", async (t) => {
  const folder = temporaryFolder(t);
  cpSync(join(root, "deploy"), folder, { recursive: true });
  const build = async () => {
    const built = await runProgram(kubectlPath("new"), ["kustomize", folder]);
    equal(built.exitCode, 0, built.stderr);
    return objectsIn(built.stdout);
  };
  expectSame(await build(), await install());
  const file = join(folder, "kustomization.yaml");
  const text = readFileSync(file, "utf8");
  writeFileSync(
    file,
    text.replace("newName: tektite", "newName: reg.example.com/ci/t").replace(/newTag: \S+/, "newTag: v3"),
  );
  expectSame(await build(), await install("--image", "reg.example.com/ci/t:v3"));
});

test("kubectl applies the chart to an API server, twice", async (t) => {
  const up = await startUp(t, { dataDir: temporaryFolder(t), args: ["--no-controllers"] });
  const created = await up.kubectl("new", ["create", "namespace", "tekton-pipelines"]);
  ok(created.exitCode === 0 || created.stderr.includes("already exists"), created.stderr);
  for (const set of [[], ["--set", "mode=shared"]]) {
    const rendered = await helm(
      "template",
      "tektite",
      chart,
      "--namespace",
      "tekton-pipelines",
      "--include-crds",
      ...set,
    );
    for (const version of ["old", "new"] as const) {
      const applied = await up.kubectl(version, ["apply", "-f", "-"], { stdin: rendered.stdout });
      equal(applied.exitCode, 0, applied.stderr);
    }
    const again = await up.kubectl("new", ["apply", "-f", "-"], { stdin: rendered.stdout });
    const changed = again.stdout.split("\n").filter((line) => line !== "" && !line.endsWith(" unchanged"));
    deepEqual(changed, []);
  }
});
