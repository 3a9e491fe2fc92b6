import { isDeepStrictEqual } from "node:util";
import type { JsonObject } from "../../../json/value.ts";
import { type FieldProblem, forbidden, invalid, required } from "../field-problem.ts";
import { child, ensureChild, type Fields, items, number, setDefault, stringMap, text } from "../fields.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { defaultPodSpec } from "./pod-defaults.ts";
import { validatePodSpec } from "./pod-rules.ts";
import {
  cronJobProblems,
  daemonSetProblems,
  deploymentProblems,
  jobProblems,
  statefulSetProblems,
  validateWorkload,
} from "./workload-rules.ts";

function defaultTemplate(spec: Fields): void {
  const template = child(spec, "template");
  if (template) defaultPodSpec(ensureChild(template, "spec"));
}

function fixedSelector(object: JsonObject, old: JsonObject): readonly FieldProblem[] {
  const next = child(object, "spec")?.["selector"];
  return isDeepStrictEqual(next, child(old, "spec")?.["selector"])
    ? []
    : [invalid("spec.selector", next, "field is immutable")];
}

/** What of a StatefulSet's spec may change. */
const changeableSetFields: ReadonlySet<string> = new Set([
  "replicas",
  "ordinals",
  "template",
  "updateStrategy",
  "revisionHistoryLimit",
  "persistentVolumeClaimRetentionPolicy",
  "minReadySeconds",
]);

function fixedSetSpec(object: JsonObject, old: JsonObject): readonly FieldProblem[] {
  const fixed = (whole: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(child(whole, "spec") ?? {}).filter(([field]) => !changeableSetFields.has(field)));
  if (isDeepStrictEqual(fixed(object), fixed(old))) return [];
  return [
    forbidden(
      "spec",
      "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    ),
  ];
}

/** A Job's Pods look as they did, unless it waits; how many have to succeed stays too. */
function fixedJobSpec(object: JsonObject, old: JsonObject): readonly FieldProblem[] {
  const spec = child(object, "spec");
  const before = child(old, "spec");
  const waits = before?.["suspend"] === true && text(child(old, "status"), "startTime") === "";
  const isIndexed = text(before, "completionMode") === "Indexed";
  const fields = ["template", "completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "completions"];
  return fields
    .filter((field) => !(field === "template" && waits) && !(field === "completions" && isIndexed))
    .filter((field) => !isDeepStrictEqual(spec?.[field], before?.[field]))
    .map((field) => invalid(`spec.${field}`, spec?.[field], "field is immutable"));
}

/** Deployment. */
export const deploymentStrategy: KindStrategy = {
  nameRule: "subdomain",
  generation: true,
  annotationsCount: true,
  default: (object) => {
    const spec = ensureChild(object, "spec");
    setDefault(spec, "replicas", 1);
    defaultTemplate(spec);
    const strategy = ensureChild(spec, "strategy");
    setDefault(strategy, "type", "RollingUpdate");
    if (strategy["type"] === "RollingUpdate") {
      const rolling = ensureChild(strategy, "rollingUpdate");
      setDefault(rolling, "maxUnavailable", "25%");
      setDefault(rolling, "maxSurge", "25%");
    }
    setDefault(spec, "revisionHistoryLimit", 10);
    setDefault(spec, "progressDeadlineSeconds", 600);
  },
  validate: (object) => [...validateWorkload(object, "deployment"), ...deploymentProblems(object)],
  validateUpdate: fixedSelector,
};

/** ReplicaSet. */
export const replicaSetStrategy: KindStrategy = {
  nameRule: "subdomain",
  generation: true,
  default: (object) => {
    const spec = ensureChild(object, "spec");
    setDefault(spec, "replicas", 1);
    defaultTemplate(spec);
  },
  prepareForCreate: (object) => {
    object["status"] = { replicas: 0 };
  },
  validate: (object) => validateWorkload(object, "replicaset"),
  validateUpdate: fixedSelector,
  fieldLabels: (object) => ({ "status.replicas": String(number(child(object, "status"), "replicas") ?? 0) }),
};

/** StatefulSet. */
export const statefulSetStrategy: KindStrategy = {
  nameRule: "subdomain",
  generation: true,
  default: (object) => {
    const spec = ensureChild(object, "spec");
    setDefault(spec, "podManagementPolicy", "OrderedReady");
    const strategy = ensureChild(spec, "updateStrategy");
    setDefault(strategy, "type", "RollingUpdate");
    if (strategy["type"] === "RollingUpdate") setDefault(ensureChild(strategy, "rollingUpdate"), "partition", 0);
    const retention = ensureChild(spec, "persistentVolumeClaimRetentionPolicy");
    setDefault(retention, "whenDeleted", "Retain");
    setDefault(retention, "whenScaled", "Retain");
    setDefault(spec, "replicas", 1);
    setDefault(spec, "revisionHistoryLimit", 10);
    defaultTemplate(spec);
    for (const claim of items(spec, "volumeClaimTemplates")) {
      setDefault(claim, "kind", "PersistentVolumeClaim");
      setDefault(claim, "apiVersion", "v1");
      setDefault(ensureChild(claim, "spec"), "volumeMode", "Filesystem");
      ensureChild(claim, "status")["phase"] = "Pending";
    }
  },
  prepareForCreate: (object) => {
    object["status"] = { replicas: 0, availableReplicas: 0 };
  },
  validate: (object) => [...statefulSetProblems(object), ...validateWorkload(object, "statefulset")],
  validateUpdate: fixedSetSpec,
};

/** DaemonSet. */
export const daemonSetStrategy: KindStrategy = {
  nameRule: "subdomain",
  generation: true,
  default: (object) => {
    const spec = ensureChild(object, "spec");
    defaultTemplate(spec);
    const strategy = ensureChild(spec, "updateStrategy");
    setDefault(strategy, "type", "RollingUpdate");
    if (strategy["type"] === "RollingUpdate") {
      const rolling = ensureChild(strategy, "rollingUpdate");
      setDefault(rolling, "maxUnavailable", 1);
      setDefault(rolling, "maxSurge", 0);
    }
    setDefault(spec, "revisionHistoryLimit", 10);
    // The template's generation is told in an annotation that only this kind has.
    const metadata = ensureChild(object, "metadata");
    metadata["annotations"] = { "deprecated.daemonset.template.generation": "1", ...child(metadata, "annotations") };
  },
  validate: (object) => [...validateWorkload(object, "daemonset"), ...daemonSetProblems(object)],
  validateUpdate: fixedSelector,
};

/** ReplicationController. */
export const replicationControllerStrategy: KindStrategy = {
  nameRule: "subdomain",
  generation: true,
  default: (object) => {
    const spec = ensureChild(object, "spec");
    setDefault(spec, "replicas", 1);
    const labels = child(child(child(spec, "template"), "metadata"), "labels");
    if (labels && Object.keys(labels).length > 0) {
      setDefault(spec, "selector", { ...labels });
      const metadata = ensureChild(object, "metadata");
      setDefault(metadata, "labels", { ...labels });
    }
    defaultTemplate(spec);
  },
  prepareForCreate: (object) => {
    object["status"] = { replicas: 0 };
  },
  validate: (object) => {
    const spec = child(object, "spec") ?? {};
    const problems: FieldProblem[] = [];
    if (Object.keys(stringMap(spec, "selector")).length === 0) problems.push(required("spec.selector"));
    const template = child(spec, "template");
    if (!template) problems.push(required("spec.template"));
    else problems.push(...validatePodSpec(child(template, "spec") ?? {}, "spec.template.spec"));
    return problems;
  },
  fieldLabels: (object) => ({ "status.replicas": String(number(child(object, "status"), "replicas") ?? 0) }),
};

function defaultJobSpec(spec: Fields): void {
  if (spec["completions"] === undefined && spec["parallelism"] === undefined) spec["completions"] = 1;
  setDefault(spec, "parallelism", 1);
  setDefault(spec, "backoffLimit", 6);
  setDefault(spec, "completionMode", "NonIndexed");
  setDefault(spec, "suspend", false);
  setDefault(spec, "podReplacementPolicy", child(spec, "podFailurePolicy") ? "Failed" : "TerminatingOrFailed");
  setDefault(spec, "manualSelector", false);
  if (spec["manualSelector"] === false) delete spec["manualSelector"];
  defaultTemplate(spec);
}

/** Job: its selector is made from its uid. */
export const jobStrategy: KindStrategy = {
  nameRule: "subdomain",
  generation: true,
  default: (object) => {
    defaultJobSpec(ensureChild(object, "spec"));
    const metadata = ensureChild(object, "metadata");
    const labels = child(child(child(child(object, "spec"), "template"), "metadata"), "labels");
    if (labels && child(metadata, "labels") === undefined && Object.keys(labels).length > 0)
      metadata["labels"] = { ...labels };
  },
  prepareForCreate: (object) => {
    object["status"] = {};
    const spec = ensureChild(object, "spec");
    if (spec["manualSelector"] === true) return;
    const metadata = ensureChild(object, "metadata");
    const uid = text(metadata, "uid");
    const name = text(metadata, "name");
    const template = ensureChild(ensureChild(spec, "template"), "metadata");
    template["labels"] = {
      ...child(template, "labels"),
      "batch.kubernetes.io/controller-uid": uid,
      "batch.kubernetes.io/job-name": name,
      "controller-uid": uid,
      "job-name": name,
    };
    spec["selector"] = { matchLabels: { "batch.kubernetes.io/controller-uid": uid } };
  },
  validate: (object) => jobProblems(child(object, "spec") ?? {}, "spec"),
  validateUpdate: (object, old) => [...fixedSelector(object, old), ...fixedJobSpec(object, old)],
  fieldLabels: (object) => ({ "status.successful": String(number(child(object, "status"), "succeeded") ?? 0) }),
};

/** CronJob. */
export const cronJobStrategy: KindStrategy = {
  nameRule: "subdomain",
  generation: true,
  default: (object) => {
    const spec = ensureChild(object, "spec");
    setDefault(spec, "concurrencyPolicy", "Allow");
    setDefault(spec, "suspend", false);
    setDefault(spec, "successfulJobsHistoryLimit", 3);
    setDefault(spec, "failedJobsHistoryLimit", 1);
    const template = child(child(child(spec, "jobTemplate"), "spec"), "template");
    if (template) defaultPodSpec(ensureChild(template, "spec"));
  },
  validate: cronJobProblems,
};

/** PodTemplate and others that only hold a template. */
export const podTemplateStrategy: KindStrategy = {
  nameRule: "subdomain",
  generation: true,
  default: (object) => defaultTemplate(object),
};
