import { triggersGroup } from "./kinds.ts";

/** A column of `kubectl get` beside NAME and AGE. */
interface PrinterColumn {
  readonly name: string;
  readonly type: "string";
  readonly jsonPath: string;
}

/** How the API server serves one kind (spec: resources, section 1). */
export interface TriggersResource {
  readonly group: typeof triggersGroup;
  /** The storage version first. */
  readonly versions: readonly ("v1beta1" | "v1alpha1")[];
  readonly kind: string;
  readonly listKind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly subresources: readonly ["status"];
  /** The same in every version. */
  readonly printerColumns: readonly PrinterColumn[];
}

const condition = (type: string, field: string) => `.status.conditions[?(@.type=='${type}')].${field}`;

/** Two columns are both called Reason. */
const listenerColumns: readonly PrinterColumn[] = [
  { name: "Address", type: "string", jsonPath: ".status.address.url" },
  { name: "Available", type: "string", jsonPath: condition("Available", "status") },
  { name: "Reason", type: "string", jsonPath: condition("Available", "reason") },
  { name: "Ready", type: "string", jsonPath: condition("Ready", "status") },
  { name: "Reason", type: "string", jsonPath: condition("Ready", "reason") },
];

function resource(
  kind: string,
  shortName: string,
  options: { readonly namespaced?: false; readonly alphaOnly?: true; readonly columns?: readonly PrinterColumn[] } = {},
): TriggersResource {
  const singular = kind.toLowerCase();
  return {
    group: triggersGroup,
    versions: options.alphaOnly === true ? ["v1alpha1"] : ["v1beta1", "v1alpha1"],
    kind,
    listKind: `${kind}List`,
    plural: `${singular}s`,
    singular,
    shortNames: [shortName],
    categories: ["tekton", "tekton-triggers"],
    namespaced: options.namespaced ?? true,
    subresources: ["status"],
    printerColumns: options.columns ?? [],
  };
}

/** The seven kinds of Tekton Triggers, as their CustomResourceDefinitions describe them. */
export const triggersResources: readonly TriggersResource[] = [
  resource("ClusterInterceptor", "ci", { namespaced: false, alphaOnly: true }),
  resource("ClusterTriggerBinding", "ctb", { namespaced: false }),
  resource("EventListener", "el", { columns: listenerColumns }),
  resource("Interceptor", "ni", { alphaOnly: true }),
  resource("Trigger", "tri"),
  resource("TriggerBinding", "tb"),
  resource("TriggerTemplate", "tt"),
];
