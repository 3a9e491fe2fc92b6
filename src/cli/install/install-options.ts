import type { K8sObject } from "../../api/object.ts";

export const installModes = ["full", "sink-only", "shared"] as const;

/** What is installed: everything; our listener for Tekton's own controller; one listener process for namespaces. */
export type InstallMode = (typeof installModes)[number];

export interface InstallOptions {
  readonly mode: InstallMode;
  /** Where the components run. */
  readonly namespace: string;
  readonly image: string;
  /** Release, such as `0.1.0`. */
  readonly version: string;
  /** Of `shared`: whose EventListeners are served. */
  readonly served: ServedNamespaces;
  /** Where listeners keep accepted events: the controller's `-el-journal`. */
  readonly journal: string;
}

/** Namespaces by name, or all that have labels and let the shared sink in by a RoleBinding. */
export type ServedNamespaces =
  | { readonly kind: "named"; readonly names: readonly string[] }
  | { readonly kind: "labelled"; readonly selector: string };

/** What the image is called while nobody has pushed it anywhere: good for nodes into which it was loaded. */
export function localImage(version: string): string {
  return `tektite:${version}`;
}

export const partOf = {
  "app.kubernetes.io/instance": "default",
  "app.kubernetes.io/part-of": "tekton-triggers",
} as const;

/** An object of the installation, with its common labels. */
export function installed(
  apiVersion: string,
  kind: string,
  name: string,
  {
    namespace,
    labels,
    ...fields
  }: {
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly [field: string]: unknown;
  },
): K8sObject {
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }), labels: { ...partOf, ...labels } };
  return { apiVersion, kind, metadata, ...fields };
}
