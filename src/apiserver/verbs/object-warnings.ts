import { child, items, strings, text } from "../../api/core/fields.ts";
import { labelProblems } from "../../api/core/names.ts";
import type { JsonObject } from "../../json/value.ts";
import type { ResourceDefinition } from "../resource-definition.ts";

/** Where the Pod of a kind is in its objects. */
const podPaths: Readonly<Record<string, readonly string[]>> = {
  "/pods": [],
  "/podtemplates": ["template"],
  "/replicationcontrollers": ["spec", "template"],
  "apps/daemonsets": ["spec", "template"],
  "apps/deployments": ["spec", "template"],
  "apps/replicasets": ["spec", "template"],
  "apps/statefulsets": ["spec", "template"],
  "batch/jobs": ["spec", "template"],
  "batch/cronjobs": ["spec", "jobTemplate", "spec", "template"],
};

/**
 * What the server warns of when an object is written, though it takes it: texts of `Warning` headers. `old` is the
 * object before an update, whose own oddities are not told again.
 */
export function objectWarnings(
  object: JsonObject,
  old: JsonObject | undefined,
  definition: ResourceDefinition,
): readonly string[] {
  if (definition.custom) return finalizerWarnings(object, old);
  if (definition.collection === "networking.k8s.io/ingresses") return old === undefined ? ingressWarnings(object) : [];
  const path = podPaths[definition.collection];
  if (path === undefined) return [];
  const podIn = (whole: JsonObject | undefined): JsonObject | undefined =>
    path.reduce<JsonObject | undefined>((at, key) => child(at, key), whole);
  const pod = podIn(object);
  if (pod === undefined || (old !== undefined && JSON.stringify(podIn(old)) === JSON.stringify(pod))) return [];
  return [...(path.length === 0 && old === undefined ? nameWarnings(pod) : []), ...podWarnings(pod, path)];
}

/** Finalizers of custom objects may have any name. */
function finalizerWarnings(object: JsonObject, old: JsonObject | undefined): readonly string[] {
  const before = strings(child(old, "metadata"), "finalizers");
  return strings(child(object, "metadata"), "finalizers")
    .filter((name) => !before.includes(name) && !name.includes("/") && !standardFinalizers.has(name))
    .map(
      (name) =>
        `metadata.finalizers: ${JSON.stringify(name)}: prefer a domain-qualified finalizer name including a path (/) to avoid accidental conflicts with other finalizer writers`,
    );
}

const standardFinalizers: ReadonlySet<string> = new Set(["orphan", "foregroundDeletion"]);

function ingressWarnings(object: JsonObject): readonly string[] {
  return Object.hasOwn(child(child(object, "metadata"), "annotations") ?? {}, "kubernetes.io/ingress.class")
    ? [`annotation "kubernetes.io/ingress.class" is deprecated, please use 'spec.ingressClassName' instead`]
    : [];
}

/** The Pod's name becomes its host name. */
function nameWarnings(pod: JsonObject): readonly string[] {
  const problems = labelProblems(text(child(pod, "metadata"), "name"));
  return problems.length === 0
    ? []
    : [
        `metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [${problems.join(" ")}]`,
      ];
}

function podWarnings(pod: JsonObject, path: readonly string[]): readonly string[] {
  const spec = child(pod, "spec");
  const at = [...path, "spec"].join(".");
  return ["initContainers", "containers"].flatMap((list) =>
    items(spec, list).flatMap((container, index) => {
      const seen = new Set<string>();
      return items(container, "env").flatMap((variable, number) => {
        const name = text(variable, "name");
        const isKnown = seen.has(name);
        seen.add(name);
        return isKnown
          ? [
              `${at}.${list}[${index}].env[${number}]: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`,
            ]
          : [];
      });
    }),
  );
}
