import { isDeepStrictEqual } from "node:util";
import type { JsonObject } from "../../../json/value.ts";
import { type FieldProblem, forbidden, invalid, required } from "../field-problem.ts";
import { child, ensureChild, type Fields, items, text } from "../fields.ts";
import type { SubresourceStrategy } from "../kind-strategy.ts";

/** pods/ephemeralcontainers: adds containers to a pod that is there, and changes nothing else. */
export const ephemeralContainersStrategy: SubresourceStrategy = {
  prepareForUpdate: (object, old) => {
    const asked = child(object, "spec")?.["ephemeralContainers"];
    restore(object, old);
    if (asked !== undefined) ensureChild(object, "spec")["ephemeralContainers"] = asked;
  },
  validateUpdate: (object, old) => {
    const problems: FieldProblem[] = [];
    const now = items(child(object, "spec"), "ephemeralContainers");
    const taken = new Set(
      ["containers", "initContainers"].flatMap((list) =>
        items(child(object, "spec"), list).map((container) => text(container, "name")),
      ),
    );
    for (const [index, container] of now.entries()) {
      const at = `spec.ephemeralContainers[${index}]`;
      const name = text(container, "name");
      if (name === "") problems.push(required(`${at}.name`));
      else if (taken.has(name))
        problems.push({ reason: "FieldValueDuplicate", field: `${at}.name`, message: `Duplicate value: "${name}"` });
      taken.add(name);
      if (text(container, "image") === "") problems.push(required(`${at}.image`));
    }
    for (const container of items(child(old, "spec"), "ephemeralContainers")) {
      const name = text(container, "name");
      const kept = now.find((candidate) => text(candidate, "name") === name);
      if (kept === undefined)
        problems.push(
          forbidden("spec.ephemeralContainers", `existing ephemeral containers "${name}" may not be removed\n`),
        );
      else if (!isDeepStrictEqual(kept, container))
        problems.push(
          forbidden("spec.ephemeralContainers", `existing ephemeral containers "${name}" may not be changed\n`),
        );
    }
    return problems;
  },
};

/** pods/resize: changes the resources of containers within the pod's quality of service. */
export function resizeStrategy(qualityOf: (spec: Fields) => string): SubresourceStrategy {
  return {
    prepareForUpdate: (object, old) => {
      const asked = child(object, "spec");
      restore(object, old);
      const spec = ensureChild(object, "spec");
      for (const list of ["containers", "initContainers"]) {
        const given = items(asked, list);
        if (given.length === 0) continue;
        spec[list] = items(spec, list).map((container): Fields => {
          const wanted = given.find((candidate) => text(candidate, "name") === text(container, "name"));
          if (wanted === undefined) return container;
          const { resources = {}, resizePolicy } = wanted;
          return { ...container, resources, ...(resizePolicy === undefined ? {} : { resizePolicy }) };
        });
      }
    },
    validateUpdate: (object, old) => {
      const before = qualityOf((child(old, "spec") ?? {}) as Fields);
      const after = qualityOf((child(object, "spec") ?? {}) as Fields);
      if (before === after) return [];
      return [invalid("spec", before, "Pod QOS Class may not change as a result of resizing")];
    },
  };
}

/** Takes everything but the request's version and field owners back from the pod as it is. */
function restore(object: Fields, old: JsonObject): void {
  // The metadata object itself stays: others hold on to it.
  const metadata = ensureChild(object, "metadata");
  const { resourceVersion, managedFields } = metadata;
  for (const key of Object.keys(metadata)) delete metadata[key];
  Object.assign(metadata, structuredClone(child(old, "metadata") ?? {}));
  if (resourceVersion !== undefined) metadata["resourceVersion"] = resourceVersion;
  if (managedFields !== undefined) metadata["managedFields"] = managedFields;
  for (const key of Object.keys(object)) delete object[key];
  Object.assign(object, structuredClone(old), { metadata });
}
