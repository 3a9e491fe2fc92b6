import type { K8sObject } from "../../api/object.ts";
import { triggersResources } from "../../api/triggers/resources.ts";
import { installed } from "./install-options.ts";

/** The CustomResourceDefinitions of Tekton Triggers (spec: resources, section 1). */
export function definitions(version: string): readonly K8sObject[] {
  return triggersResources.map((resource) =>
    installed("apiextensions.k8s.io/v1", "CustomResourceDefinition", `${resource.plural}.${resource.group}`, {
      labels: { "triggers.tekton.dev/release": `v${version}`, version: `v${version}` },
      spec: {
        group: resource.group,
        scope: resource.namespaced ? "Namespaced" : "Cluster",
        names: {
          kind: resource.kind,
          listKind: resource.listKind,
          plural: resource.plural,
          singular: resource.singular,
          shortNames: resource.shortNames,
          categories: resource.categories,
        },
        versions: resource.versions.map((name, index) => ({
          name,
          served: true,
          storage: index === 0,
          schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
          subresources: { status: {} },
          ...(resource.printerColumns.length > 0 && { additionalPrinterColumns: resource.printerColumns }),
        })),
      },
    }),
  );
}
