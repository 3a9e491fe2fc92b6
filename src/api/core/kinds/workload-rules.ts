import type { JsonObject, JsonValue } from "../../../json/value.ts";
import { type FieldProblem, forbidden, invalid, notSupported, required } from "../field-problem.ts";
import { child, type Fields, items, number, stringMap, text } from "../fields.ts";
import { validateLabels } from "../object-meta.ts";
import { validatePodSpec } from "./pod-rules.ts";

/** Numbers of a spec that may not be less than zero. */
function negativeProblems(spec: Fields, fields: readonly string[], at = "spec"): readonly FieldProblem[] {
  return fields.flatMap((field) => {
    const value = number(spec, field);
    return value !== undefined && value < 0
      ? [invalid(`${at}.${field}`, value, "must be greater than or equal to 0")]
      : [];
  });
}

function selectorMatches(selector: Fields, labels: Readonly<Record<string, string>>): boolean {
  const match = stringMap(selector, "matchLabels");
  if (!Object.keys(match).every((key) => labels[key] === match[key])) return false;
  return items(selector, "matchExpressions").every((term) => {
    const value = labels[text(term, "key")];
    const values = (term["values"] as readonly string[] | undefined) ?? [];
    switch (text(term, "operator")) {
      case "In":
        return value !== undefined && values.includes(value);
      case "NotIn":
        return value === undefined || !values.includes(value);
      case "Exists":
        return value !== undefined;
      default:
        return value === undefined;
    }
  });
}

/** What every kind that keeps Pods running has: replicas, a selector, and a template that the selector matches. */
export function validateWorkload(object: JsonObject, kind: string): readonly FieldProblem[] {
  const spec = child(object, "spec") ?? {};
  const problems = [...negativeProblems(spec, ["replicas"])];
  const selector = child(spec, "selector");
  const template = child(spec, "template") ?? {};
  const metadata = child(template, "metadata") ?? {};
  if (!selector) problems.push(required("spec.selector"));
  else if (Object.keys(stringMap(selector, "matchLabels")).length + items(selector, "matchExpressions").length === 0) {
    problems.push(invalid("spec.selector", selector, `empty selector is invalid for ${kind}`));
  }
  if (!selector || !selectorMatches(selector, stringMap(metadata, "labels"))) {
    problems.push(
      invalid(
        "spec.template.metadata.labels",
        metadata["labels"] ?? null,
        "`selector` does not match template `labels`",
      ),
    );
  }
  problems.push(...validateLabels(metadata, "spec.template.metadata.labels"));
  const podSpec = child(template, "spec") ?? {};
  problems.push(...validatePodSpec(podSpec, "spec.template.spec"));
  const policy = text(podSpec, "restartPolicy");
  if (policy !== "Always" && ["OnFailure", "Never"].includes(policy)) {
    problems.push(notSupported("spec.template.spec.restartPolicy", policy, ["Always"]));
  }
  if (podSpec["activeDeadlineSeconds"] !== undefined) {
    const named = kind === "statefulset" ? "StatefulSet" : kind === "daemonset" ? "DaemonSet" : "ReplicaSet";
    const reason = `activeDeadlineSeconds in ${named} is not Supported`;
    problems.push(forbidden("spec.template.spec.activeDeadlineSeconds", reason));
  }
  return problems;
}

/** How a Deployment replaces its Pods. */
export function deploymentProblems(object: JsonObject): readonly FieldProblem[] {
  const spec = child(object, "spec") ?? {};
  const strategy = child(spec, "strategy") ?? {};
  const rolling = child(strategy, "rollingUpdate");
  const problems: FieldProblem[] = [];
  switch (strategy["type"]) {
    case "Recreate":
      if (rolling) {
        const reason = "may not be specified when strategy `type` is 'Recreate'";
        problems.push(forbidden("spec.strategy.rollingUpdate", reason));
      }
      break;
    case "RollingUpdate":
      if (rolling) problems.push(...rollingProblems(rolling, "spec.strategy.rollingUpdate"));
      break;
    default:
      problems.push(notSupported("spec.strategy", strategy, ["Recreate", "RollingUpdate"]));
  }
  const limits = ["minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds"];
  problems.push(...negativeProblems(spec, limits));
  const deadline = number(spec, "progressDeadlineSeconds");
  if (deadline !== undefined && deadline <= (number(spec, "minReadySeconds") ?? 0))
    problems.push(invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds"));
  return problems;
}

function rollingProblems(rolling: Fields, at: string): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  for (const field of ["maxUnavailable", "maxSurge"]) {
    const value = rolling[field];
    if (typeof value === "string" && !/^[0-9]+%$/.test(value)) {
      const reason =
        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";
      problems.push(invalid(`${at}.${field}`, value, reason));
    }
  }
  problems.push(...negativeProblems(rolling, ["maxUnavailable", "maxSurge"], at));
  const { maxUnavailable, maxSurge } = rolling;
  if (amountOf(maxUnavailable) === 0 && amountOf(maxSurge) === 0)
    problems.push(invalid(`${at}.maxUnavailable`, maxUnavailable, "may not be 0 when `maxSurge` is 0"));
  if (typeof maxUnavailable === "string" && (amountOf(maxUnavailable) ?? 0) > 100)
    problems.push(invalid(`${at}.maxUnavailable`, maxUnavailable, "must not be greater than 100%"));
  return problems;
}

/** A number, or that before a percent sign. */
function amountOf(value: JsonValue | undefined): number | undefined {
  if (typeof value === "string") return Number.parseInt(value, 10);
  return typeof value === "number" ? value : undefined;
}

/** The order in which a StatefulSet makes and replaces its Pods. */
export function statefulSetProblems(object: JsonObject): readonly FieldProblem[] {
  const spec = child(object, "spec") ?? {};
  const problems: FieldProblem[] = [];
  const policy = text(spec, "podManagementPolicy");
  if (!["OrderedReady", "Parallel"].includes(policy))
    problems.push(invalid("spec.podManagementPolicy", policy, "must be 'OrderedReady' or 'Parallel'"));
  const strategy = child(spec, "updateStrategy") ?? {};
  const type = text(strategy, "type");
  const rolling = child(strategy, "rollingUpdate");
  if (!["RollingUpdate", "OnDelete"].includes(type))
    problems.push(invalid("spec.updateStrategy", strategy, "must be 'RollingUpdate' or 'OnDelete'"));
  else if (type === "OnDelete" && rolling)
    problems.push(
      invalid("spec.updateStrategy.rollingUpdate", rolling, "only allowed for updateStrategy 'RollingUpdate'"),
    );
  else if (rolling) problems.push(...negativeProblems(rolling, ["partition"], "spec.updateStrategy.rollingUpdate"));
  return [...problems, ...negativeProblems(spec, ["minReadySeconds", "revisionHistoryLimit"])];
}

/** How a DaemonSet replaces its Pods. */
export function daemonSetProblems(object: JsonObject): readonly FieldProblem[] {
  const spec = child(object, "spec") ?? {};
  const strategy = child(spec, "updateStrategy") ?? {};
  const problems: FieldProblem[] = [];
  if (!["RollingUpdate", "OnDelete"].includes(text(strategy, "type")))
    problems.push(notSupported("spec.updateStrategy", strategy, ["RollingUpdate", "OnDelete"]));
  return [...problems, ...negativeProblems(spec, ["minReadySeconds", "revisionHistoryLimit"])];
}

/** What a Job and the template of a CronJob say of how Pods end. */
export function jobProblems(spec: Fields, at: string): readonly FieldProblem[] {
  const podSpec = child(child(spec, "template"), "spec") ?? {};
  const problems = [
    ...negativeProblems(spec, ["parallelism", "completions", "backoffLimit", "ttlSecondsAfterFinished"], at),
    ...validatePodSpec(podSpec, `${at}.template.spec`),
  ];
  if (text(podSpec, "restartPolicy") === "Always")
    problems.push(required(`${at}.template.spec.restartPolicy`, 'valid values: "OnFailure", "Never"'));
  const mode = text(spec, "completionMode");
  if (mode !== "" && !["NonIndexed", "Indexed"].includes(mode))
    problems.push(notSupported(`${at}.completionMode`, mode, ["NonIndexed", "Indexed"]));
  if (mode === "Indexed" && spec["completions"] === undefined)
    problems.push(required(`${at}.completions`, "when completion mode is Indexed"));
  return problems;
}

/** When a CronJob makes Jobs, and whether they may overlap. */
export function cronJobProblems(object: JsonObject): readonly FieldProblem[] {
  const spec = child(object, "spec") ?? {};
  const problems: FieldProblem[] = [];
  const schedule = text(spec, "schedule");
  const fields = schedule.trim().split(/\s+/);
  if (schedule === "") problems.push(required("spec.schedule"));
  else if (!schedule.startsWith("@") && fields.length !== 5) {
    const reason = `expected exactly 5 fields, found ${fields.length}: [${fields.join(" ")}]`;
    problems.push(invalid("spec.schedule", schedule, reason));
  }
  const policy = text(spec, "concurrencyPolicy");
  if (!["Allow", "Forbid", "Replace"].includes(policy))
    problems.push(notSupported("spec.concurrencyPolicy", policy, ["Allow", "Forbid", "Replace"]));
  const limits = ["startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"];
  problems.push(...negativeProblems(spec, limits));
  const name = text(child(object, "metadata"), "name");
  // The Jobs' names are the CronJob's and eleven characters.
  if (name.length > 52) problems.push(invalid("metadata.name", name, "must be no more than 52 characters"));
  return [...problems, ...jobProblems(child(child(spec, "jobTemplate"), "spec") ?? {}, "spec.jobTemplate.spec")];
}
