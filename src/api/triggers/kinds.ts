import type { TriggersVersion } from "./defaulting.ts";
import { type GoStruct, structOf } from "./go-type.ts";
import { triggersTypes } from "./trigger-types.ts";
import type { TriggersObject } from "./validation.ts";

/** The API group of Tekton Triggers. */
export const triggersGroup = "triggers.tekton.dev";

type TriggersKind = TriggersObject["kind"];

/** One served version of a kind. */
export interface ServedKind {
  readonly kind: TriggersKind;
  readonly version: TriggersVersion;
  readonly struct: GoStruct;
}

const bothVersions = [
  "EventListener",
  "Trigger",
  "TriggerBinding",
  "ClusterTriggerBinding",
  "TriggerTemplate",
] as const satisfies readonly TriggersKind[];
const alphaOnly = ["ClusterInterceptor", "Interceptor"] as const satisfies readonly TriggersKind[];

const served: ReadonlyMap<string, ServedKind> = new Map(
  [
    ...bothVersions.map((kind) => serve(kind, "v1beta1")),
    ...[...bothVersions, ...alphaOnly].map((kind) => serve(kind, "v1alpha1")),
  ].map((each) => [`${triggersGroup}/${each.version} ${each.kind}`, each]),
);

function serve(kind: TriggersKind, version: TriggersVersion): ServedKind {
  return { kind, version, struct: structOf(triggersTypes[version], kind) };
}

/** The served version of a kind; undefined when it is not served. */
export function findServedKind(apiVersion: string, kind: string): ServedKind | undefined {
  return served.get(`${apiVersion} ${kind}`);
}
