import { isDeepStrictEqual } from "node:util";
import type { JsonObject } from "../../../json/value.ts";
import { type FieldProblem, forbidden, invalid, notSupported, required } from "../field-problem.ts";
import { child, ensureChild, setDefault, strings, text } from "../fields.ts";
import type { KindStrategy } from "../kind-strategy.ts";

/** Keeps a claim while a Pod that has not ended uses it. */
export const claimFinalizer = "kubernetes.io/pvc-protection";
/** Keeps a volume while a claim is bound to it. */
export const volumeFinalizer = "kubernetes.io/pv-protection";

const accessModes = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];

function accessProblems(spec: JsonObject): readonly FieldProblem[] {
  const modes = strings(spec, "accessModes");
  if (modes.length === 0) return [required("spec.accessModes", "at least 1 access mode is required")];
  return modes
    .filter((mode) => !accessModes.includes(mode))
    .map((mode) => notSupported("spec.accessModes", mode, accessModes));
}

/** PersistentVolumeClaim: pending until bound; its spec stays but for the size. */
export const claimStrategy: KindStrategy = {
  nameRule: "subdomain",
  generation: false,
  default: (object) => {
    setDefault(ensureChild(object, "spec"), "volumeMode", "Filesystem");
  },
  prepareForCreate: (object) => {
    object["status"] = { phase: "Pending" };
  },
  validate: (object) => {
    const spec = child(object, "spec") ?? {};
    const problems = [...accessProblems(spec)];
    const requests = child(child(spec, "resources"), "requests") ?? {};
    if (text(requests, "storage") === "") problems.push(required("spec.resources[storage]"));
    return problems;
  },
  validateUpdate: (object, old) => {
    const strip = (value: JsonObject): JsonObject => {
      const {
        resources: _resources,
        volumeName: _volume,
        volumeAttributesClassName: _class,
        ...rest
      } = child(value, "spec") ?? {};
      return rest;
    };
    if (isDeepStrictEqual(strip(object), strip(old))) return [];
    return [
      forbidden(
        "spec",
        "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims",
      ),
    ];
  },
};

/** PersistentVolume. */
export const volumeStrategy: KindStrategy = {
  nameRule: "subdomain",
  generation: false,
  default: (object) => {
    const spec = ensureChild(object, "spec");
    setDefault(spec, "persistentVolumeReclaimPolicy", "Retain");
    setDefault(spec, "volumeMode", "Filesystem");
    const path = child(spec, "hostPath");
    if (path) setDefault(path, "type", "");
  },
  prepareForCreate: (object) => {
    object["status"] = { phase: "Pending" };
  },
  validate: (object) => accessProblems(child(object, "spec") ?? {}),
};

/** StorageClass. */
export const storageClassStrategy: KindStrategy = {
  nameRule: "subdomain",
  generation: false,
  default: (object) => {
    setDefault(object, "reclaimPolicy", "Delete");
    setDefault(object, "volumeBindingMode", "Immediate");
  },
  validate: (object) => (text(object, "provisioner") === "" ? [required("provisioner")] : []),
  validateUpdate: (object, old) =>
    ["parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"].flatMap((field) => {
      if (isDeepStrictEqual(object[field] ?? null, old[field] ?? null)) return [];
      return field === "volumeBindingMode"
        ? [invalid(field, object[field], "field is immutable")]
        : [forbidden(field, `updates to ${field} are forbidden.`)];
    }),
};
