import { isDeepStrictEqual } from "node:util";
import type { JsonObject } from "../../../json/value.ts";
import { type FieldProblem, forbidden, invalid } from "../field-problem.ts";
import { child, ensureChild, type Fields, items, number, setDefault, text } from "../fields.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { compareQuantities } from "../quantity.ts";
import { defaultPodSpec } from "./pod-defaults.ts";
import { validatePodSpec } from "./pod-rules.ts";
import { ephemeralContainersStrategy, resizeStrategy } from "./pod-subresources.ts";

function qosClass(spec: Fields): string {
  const containers = [...items(spec, "containers"), ...items(spec, "initContainers")];
  let any = false;
  let guaranteed = true;
  for (const container of containers) {
    const resources = child(container, "resources");
    const requests = child(resources, "requests") ?? {};
    const limits = child(resources, "limits") ?? {};
    for (const key of ["cpu", "memory"]) {
      const request = text(requests, key);
      const limit = text(limits, key);
      if ((request !== "" && request !== "0") || (limit !== "" && limit !== "0")) any = true;
      if (limit === "" || limit === "0" || (request !== "" && compareQuantities(request, limit) !== 0))
        guaranteed = false;
    }
  }
  return any ? (guaranteed ? "Guaranteed" : "Burstable") : "BestEffort";
}

const mutable = new Set(["activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "schedulingGates"]);
const immutableText =
  "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

function withoutMutable(spec: Fields): JsonObject {
  const strip = (list: string): readonly JsonObject[] => items(spec, list).map(({ image: _image, ...rest }) => rest);
  const kept = Object.fromEntries(Object.entries(spec).filter(([key]) => !mutable.has(key)));
  return { ...kept, containers: strip("containers"), initContainers: strip("initContainers") };
}

const gatedCondition = {
  type: "PodScheduled",
  status: "False",
  lastProbeTime: null,
  lastTransitionTime: null,
  reason: "SchedulingGated",
  message: "Scheduling is blocked due to non-empty scheduling gates",
};

/** Pod: defaults, validation and what an update may change (spec: kube-api, section 13). */
export const podStrategy: KindStrategy = {
  nameRule: "subdomain",
  generation: true,
  answersDeleted: true,
  subresources: { ephemeralcontainers: ephemeralContainersStrategy, resize: resizeStrategy(qosClass) },
  default: (object) => {
    const spec = ensureChild(object, "spec");
    defaultPodSpec(spec);
    setDefault(spec, "enableServiceLinks", true);
  },
  prepareForCreate: (object) => {
    const spec = ensureChild(object, "spec");
    const gated = items(spec, "schedulingGates").length > 0;
    object["status"] = {
      phase: "Pending",
      ...(gated && { conditions: [gatedCondition] }),
      qosClass: qosClass(spec),
    };
  },
  validate: (object) => validatePodSpec(child(object, "spec") ?? {}, "spec"),
  validateUpdate: (object, old) => {
    const spec = child(object, "spec") ?? {};
    const before = child(old, "spec") ?? {};
    const problems: FieldProblem[] = [];
    if (items(spec, "containers").length !== items(before, "containers").length) {
      return [forbidden("spec.containers", "pod updates may not add or remove containers")];
    }
    const tolerations = items(before, "tolerations");
    const kept = items(spec, "tolerations");
    const missing = tolerations.some((toleration) => !kept.some((other) => isDeepStrictEqual(other, toleration)));
    if (missing)
      problems.push(
        forbidden("spec.tolerations", "existing toleration can not be modified except its tolerationSeconds"),
      );
    const deadline = number(spec, "activeDeadlineSeconds");
    const oldDeadline = number(before, "activeDeadlineSeconds");
    if (oldDeadline !== undefined && (deadline === undefined || deadline > oldDeadline)) {
      problems.push(
        deadline === undefined
          ? invalid("spec.activeDeadlineSeconds", deadline, "must not update from a positive integer to nil value")
          : invalid("spec.activeDeadlineSeconds", deadline, "must be less than or equal to previous value"),
      );
    }
    if (!isDeepStrictEqual(withoutMutable(spec), withoutMutable(before))) {
      problems.push(forbidden("spec", immutableText));
    }
    return problems;
  },
  fieldLabels: (object) => {
    const spec = child(object, "spec");
    const status = child(object, "status");
    return {
      "spec.nodeName": text(spec, "nodeName"),
      "spec.restartPolicy": text(spec, "restartPolicy"),
      "spec.schedulerName": text(spec, "schedulerName"),
      "spec.serviceAccountName": text(spec, "serviceAccountName"),
      "spec.hostNetwork": String(spec?.["hostNetwork"] === true),
      "status.phase": text(status, "phase"),
      "status.podIP": text(status, "podIP"),
      "status.nominatedNodeName": text(status, "nominatedNodeName"),
    };
  },
};
