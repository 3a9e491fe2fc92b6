import { pipelinesResources } from "../api/pipelines/resources.ts";
import { triggersResources } from "../api/triggers/resources.ts";
import type { JsonObject } from "../json/value.ts";
import { customDefinition } from "./crd/custom-definition.ts";
import type { PrinterColumn, ResourceDefinition, VersionConverter } from "./resource-definition.ts";
import { tektonSchema } from "./tekton-schemas.ts";

interface TektonKind {
  readonly group: string;
  readonly versions: readonly string[];
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly columns: readonly PrinterColumn[];
}

/** The order in which a cluster with Tekton's releases lists the kinds of Pipelines. */
const pipelinesOrder = ["CustomRun", "PipelineRun", "Pipeline", "ResolutionRequest", "StepAction", "Task", "TaskRun"];

/** Tekton's kinds, Triggers and Pipelines alike. */
export const tektonKinds: readonly TektonKind[] = [
  ...pipelinesResources
    .map((resource) => ({ ...resource, namespaced: true, columns: resource.printerColumns }))
    .sort((a, b) => pipelinesOrder.indexOf(a.kind) - pipelinesOrder.indexOf(b.kind)),
  ...triggersResources.map((resource) => ({ ...resource, columns: resource.printerColumns })),
];

/** Tekton's kinds as custom resources that are served without anybody creating a CustomResourceDefinition. */
export function tektonDefinitions(convert: VersionConverter | undefined): readonly ResourceDefinition[] {
  return tektonKinds.map((kind) =>
    customDefinition({
      group: kind.group,
      names: {
        plural: kind.plural,
        singular: kind.singular,
        kind: kind.kind,
        listKind: `${kind.kind}List`,
        shortNames: kind.shortNames,
        categories: kind.categories,
      },
      namespaced: kind.namespaced,
      storageVersion: kind.versions[0]!,
      versions: kind.versions.map((version) => {
        let schema: JsonObject | undefined;
        return {
          version,
          subresources: [{ name: "status", kind: kind.kind, verbs: ["get", "patch", "update"] }],
          columns: kind.columns,
          // Made when someone asks, for most never do.
          get schema(): JsonObject {
            schema ??= tektonSchema(kind.group, version, kind.kind);
            return schema;
          },
        };
      }),
      ...(convert && { convert }),
    }),
  );
}
