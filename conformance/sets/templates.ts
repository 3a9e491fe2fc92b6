import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { RawJson, textJson } from "../../src/api/triggers/json-source.ts";
import type { JsonObject, JsonValue } from "../../src/json/value.ts";
import { err, ok } from "../../src/result.ts";
import { type ApiResource, type Discover, planCreation, renderTemplate } from "../../src/triggers/render.ts";
import type { CaseOutcome, ConformanceSet } from "../set.ts";

interface TemplateCase {
  readonly name: string;
  readonly template: {
    readonly annotations?: Readonly<Record<string, string>>;
    readonly resourcetemplates: readonly string[];
  };
  readonly params: readonly { readonly name: string; readonly value: string }[];
  readonly uid: string;
  readonly resources: readonly string[];
  readonly created: readonly { readonly resource: string; readonly namespace: string; readonly object: JsonObject }[];
  readonly error?: string;
}

/** Resource templates rendered with params, and what is created of them. */
export const set: ConformanceSet = {
  claim: (path) => (basename(path) === "templates.json" ? "templates" : undefined),
  async *run(_name, files) {
    for (const file of files) {
      for (const vector of JSON.parse(readFileSync(file, "utf8")) as readonly TemplateCase[]) {
        yield await runCase(vector);
      }
    }
  },
};

async function runCase({ name, template, params, uid, ...want }: TemplateCase): Promise<CaseOutcome> {
  const resourcetemplates = template.resourcetemplates.map((text) =>
    RawJson.from(textJson, { shape: { kind: "null" }, text }),
  );
  const escapesQuotes = Object.hasOwn(template.annotations ?? {}, "triggers.tekton.dev/old-escape-quotes");
  const resources = renderTemplate({ spec: { resourcetemplates }, escapesQuotes }, params, () => uid);
  const plan = await planCreation(resources, {
    labels: { eventListener: "my-el", trigger: "my-trigger", eventId: "evt-1" },
    namespace: "el-ns",
    discover,
  });
  const created = plan.objects.map(({ resource, namespace, object }) => ({
    resource: `${resource.group === "" ? "" : `${resource.group}/`}${resource.version}/${resource.resource}`,
    ...(namespace === undefined ? {} : { namespace }),
    object,
  }));
  const texts = resources.map((text) => (text.ok ? text.value : text.error));
  const got = { resources: texts, created, ...(plan.error === undefined ? {} : { error: plan.error }) };
  const passed = isDeepStrictEqual(comparable(got), comparable(want));
  return passed ? { name, passed } : { name, passed, diff: `want ${print(want)}\ngot  ${print(got)}` };
}

/** Numbers compare as doubles. */
function comparable(value: unknown): unknown {
  return JSON.parse(print(value), (_, found: JsonValue) => found);
}

function print(value: unknown): string {
  return JSON.stringify(value, (_, found: unknown) => {
    if (typeof found === "bigint") return Number(found);
    return Object.is(found, -0) ? "-0" : found;
  });
}

const known: readonly ApiResource[] = [
  { group: "", version: "v1", resource: "pods", kind: "Pod", namespaced: true },
  { group: "policy", version: "v1", resource: "pods/eviction", kind: "Eviction", namespaced: true },
  { group: "", version: "v1", resource: "configmaps", kind: "ConfigMap", namespaced: true },
  { group: "", version: "v1", resource: "secrets", kind: "Secret", namespaced: true },
  { group: "", version: "v1", resource: "namespaces", kind: "Namespace", namespaced: false },
  { group: "tekton.dev", version: "v1", resource: "taskruns", kind: "TaskRun", namespaced: true },
  { group: "tekton.dev", version: "v1", resource: "pipelineruns", kind: "PipelineRun", namespaced: true },
  { group: "tekton.dev", version: "v1beta1", resource: "pipelineruns", kind: "PipelineRun", namespaced: true },
  { group: "tekton.dev", version: "v1beta1", resource: "customruns", kind: "CustomRun", namespaced: true },
  { group: "batch", version: "v1", resource: "jobs", kind: "Job", namespaced: true },
];

const listed = new Map<string, readonly ApiResource[]>([
  ["v1", known.slice(0, 5)],
  ...["tekton.dev/v1", "tekton.dev/v1beta1", "batch/v1"].map(
    (apiVersion) => [apiVersion, known.filter((entry) => `${entry.group}/${entry.version}` === apiVersion)] as const,
  ),
]);

const discover: Discover = (apiVersion) => {
  const resources = listed.get(apiVersion);
  return resources ? ok(resources) : err("the server could not find the requested resource");
};
