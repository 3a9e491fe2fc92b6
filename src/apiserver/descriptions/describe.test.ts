import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import { builtinResources } from "../builtin-resources.ts";
import { openApiV3 } from "../discovery/openapi-documents.ts";
import { ResourceRegistry } from "../registry.ts";
import { tektonDefinitions } from "../tekton-definitions.ts";
import { coreDescriptions } from "./core.ts";
import { metaDescriptions } from "./meta.ts";
import { pipelineDescriptions } from "./pipelines.ts";
import { podDescriptions } from "./pods.ts";
import { triggerDescriptions } from "./triggers.ts";
import { workloadDescriptions } from "./workloads.ts";

const registry = new ResourceRegistry(builtinResources);
for (const definition of tektonDefinitions(undefined)) registry.put(definition);

/** All descriptions of all documents. */
const published = new Set<string>();
function collect(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    if (key === "description" && typeof item === "string") published.add(item);
    collect(item);
  }
}
for (const { group, versions } of registry.all())
  for (const { version } of versions) collect(openApiV3(registry, group, version));

const tables = {
  metaDescriptions,
  coreDescriptions,
  podDescriptions,
  workloadDescriptions,
  triggerDescriptions,
  pipelineDescriptions,
};
for (const [name, table] of Object.entries(tables))
  test(`every line of ${name} describes a type or field that there is`, () => {
    const lines = table.split("\n").filter((line) => line.includes(": "));
    deepEqual(
      lines.filter((line) => !published.has(line.slice(line.indexOf(": ") + 2))),
      [],
    );
  });
