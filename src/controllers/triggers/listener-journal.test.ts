import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import { isJsonArray, type JsonObject, type JsonValue, member } from "../../json/value.ts";
import { ConfigSource } from "./config-source.ts";
import { defaultControllerFlags } from "./controller-flags.ts";
import { buildCustomResource, encodeWithPod } from "./listener-custom-resource.ts";
import { buildDeployment } from "./listener-deployment.ts";
import { decodeListener } from "./listener-input.ts";
import { journalAnnotation, parseListenerJournal } from "./listener-journal.ts";

function configWith(journal: string) {
  const env = { METRICS_PROMETHEUS_PORT: "9000" };
  return new ConfigSource({ ...defaultControllerFlags, journal }, env, "cluster.local").current;
}

/** The spec of a workload for a listener with that annotation, or why there is none. */
function build(flag: string, annotation?: string, resources: JsonObject = {}): JsonObject | string {
  const config = configWith(flag);
  const annotations = annotation === undefined ? {} : { [journalAnnotation]: annotation };
  const decoded = decodeListener(
    { metadata: { name: "l", namespace: "ci", annotations }, spec: { resources } },
    config,
  );
  ok(decoded.ok);
  const custom = decoded.value.spec?.resources?.customResource;
  if (custom === undefined) {
    const built = buildDeployment(decoded.value, config);
    return built.ok ? (built.value["spec"] as JsonObject) : built.error;
  }
  const built = buildCustomResource(decoded.value, custom, config);
  return built.ok ? (encodeWithPod(built.value)["spec"] as JsonObject) : built.error;
}

/** Of a workload, what is about its journal. */
function journalOf(spec: JsonObject | string) {
  const pod = member(member(spec as JsonObject, "template"), "spec");
  const containers = member(pod, "containers");
  const container = isJsonArray(containers) ? containers[0] : undefined;
  const list = (value: JsonValue | undefined) => (isJsonArray(value) ? value : []);
  return {
    args: list(member(container, "args")).filter((arg) => String(arg).startsWith("--journal")),
    env: list(member(container, "env")).filter((each) => member(each, "name") === "TEKTITE_JOURNAL_URL"),
    mounts: list(member(container, "volumeMounts")),
    volumes: list(member(pod, "volumes")),
    strategy: member(spec as JsonObject, "strategy"),
  };
}

const nothing = { args: [], env: [], mounts: [], volumes: [], strategy: {} };
const onVolume = (source: JsonObject) => ({
  ...nothing,
  args: ["--journal-dir=/journal"],
  mounts: [{ name: "journal", mountPath: "/journal" }],
  volumes: [{ name: "journal", ...source }],
});
const emptyDir = onVolume({ emptyDir: { sizeLimit: "1Gi" } });
const claim = { ...onVolume({ persistentVolumeClaim: { claimName: "events" } }), strategy: { type: "Recreate" } };
const postgres = (name: string, key: string) => ({
  ...nothing,
  env: [{ name: "TEKTITE_JOURNAL_URL", valueFrom: { secretKeyRef: { name, key } } }],
});

const good: readonly { name: string; flag: string; annotation?: string; want: unknown }[] = [
  { name: "in memory unless told", flag: "memory", want: nothing },
  { name: "the controller's flag", flag: "emptyDir", want: emptyDir },
  { name: "an annotation", flag: "memory", annotation: "emptyDir", want: emptyDir },
  { name: "an annotation over the flag", flag: "emptyDir", annotation: "memory", want: nothing },
  { name: "a claim, which two pods never share", flag: "memory", annotation: "claim:events", want: claim },
  { name: "a database", flag: "memory", annotation: "postgres-secret:db", want: postgres("db", "url") },
  { name: "a database, by key", flag: "postgres-secret:db.x/uri_1", want: postgres("db.x", "uri_1") },
];

for (const { name, flag, annotation, want } of good) {
  test(`journal of a Deployment: ${name}`, () => deepEqual(journalOf(build(flag, annotation)), want));
}

test("a custom resource gets the same journal", () => {
  const resources = { customResource: { apiVersion: "serving.knative.dev/v1", kind: "Service" } };
  deepEqual(journalOf(build("emptyDir", undefined, resources)), { ...emptyDir, strategy: undefined });
  deepEqual(journalOf(build("memory", "postgres-secret:db", resources)), {
    ...postgres("db", "url"),
    strategy: undefined,
  });
});

test("replicas cannot share a claim", () => {
  const resources = { kubernetesResource: { replicas: 2 } };
  equal(build("memory", "claim:events", resources), "2 replicas cannot share the journal on claim events");
});

const none = "is none of memory, emptyDir, claim:NAME, postgres-secret:NAME[/KEY]";
for (const text of [
  "",
  "emptydir",
  "claim:",
  "claim:Upper",
  "claim:a/b",
  "postgres-secret:",
  "postgres-secret:a/",
  "x",
]) {
  test(`no journal: ${JSON.stringify(text)}`, () => {
    deepEqual(parseListenerJournal(text), { ok: false, error: `${JSON.stringify(text)} ${none}` });
    equal(build("memory", text), `annotation tektite.dev/journal: ${JSON.stringify(text)} ${none}`);
  });
}
