import { child, type Fields, items, number, stringMap, text } from "../../api/core/fields.ts";
import { ageOf, humanDuration } from "./age.ts";
import {
  age,
  type Cells,
  count,
  labelsText,
  nameOf,
  none,
  selectorText,
  specOf,
  statusOf,
  templateCells,
  unset,
} from "./cell-texts.ts";

const unknown = "<unknown>";

const replicaCells: Cells = (object, nowMs) => {
  const spec = specOf(object);
  const status = statusOf(object);
  return [
    nameOf(object),
    count(spec, "replicas"),
    count(status, "replicas"),
    count(status, "readyReplicas"),
    age(object, nowMs),
    ...templateCells(child(spec, "template")),
    selectorText(child(spec, "selector")),
  ];
};

const jobCells: Cells = (object, nowMs) => {
  const spec = specOf(object);
  const status = statusOf(object);
  const succeeded = count(status, "succeeded");
  const completions = number(spec, "completions");
  const parallelism = count(spec, "parallelism");
  const wanted =
    completions !== undefined
      ? `${succeeded}/${completions}`
      : parallelism > 1
        ? `${succeeded}/1 of ${parallelism}`
        : `${succeeded}/1`;
  const start = text(status, "startTime");
  const end = text(status, "completionTime");
  const duration =
    start === "" ? "" : humanDuration(Math.floor(((end === "" ? nowMs : Date.parse(end)) - Date.parse(start)) / 1000));
  const holds = (type: string): boolean =>
    items(status, "conditions").some((item) => text(item, "type") === type && text(item, "status") === "True");
  const state = holds("Complete")
    ? "Complete"
    : holds("Failed")
      ? "Failed"
      : child(object, "metadata")?.["deletionTimestamp"] !== undefined
        ? "Terminating"
        : holds("Suspended")
          ? "Suspended"
          : holds("FailureTarget")
            ? "FailureTarget"
            : holds("SuccessCriteriaMet")
              ? "SuccessCriteriaMet"
              : "Running";
  return [
    nameOf(object),
    state,
    wanted,
    duration,
    age(object, nowMs),
    ...templateCells(child(spec, "template")),
    selectorText(child(spec, "selector")),
  ];
};

const autoscalerCells: Cells = (object, nowMs) => {
  const spec = specOf(object);
  const status = statusOf(object);
  const ref = child(spec, "scaleTargetRef");
  const min = number(spec, "minReplicas");
  return [
    nameOf(object),
    `${text(ref, "kind")}/${text(ref, "name")}`,
    targetsText(items(spec, "metrics"), items(status, "currentMetrics")),
    min === undefined ? unset : String(min),
    count(spec, "maxReplicas"),
    count(status, "currentReplicas"),
    age(object, nowMs),
  ];
};

const maxTargets = 2;

function targetsText(specs: readonly Fields[], current: readonly Fields[]): string {
  if (specs.length === 0) return none;
  const shown = specs.slice(0, maxTargets).map((metric, index) => targetText(metric, current[index]));
  const more = specs.length - shown.length;
  return more > 0 ? `${shown.join(", ")} + ${more} more...` : shown.join(", ");
}

/** What a metric is and what it shall be, such as `cpu: 20%/80%`. */
function targetText(metric: Fields, status: Fields | undefined): string {
  for (const source of ["resource", "containerResource"]) {
    const of = child(metric, source);
    const now = child(child(status, source), "current");
    if (of) return `${text(of, "name")}: ${resourceText(child(of, "target"), now)}`;
  }
  for (const source of ["pods", "object", "external"]) {
    const target = child(child(metric, source), "target");
    const now = child(child(status, source), "current");
    const field = source === "pods" || text(target, "averageValue") !== "" ? "averageValue" : "value";
    const note = source !== "pods" && field === "averageValue" ? " (avg)" : "";
    if (target) return `${text(now, field) || unknown}/${text(target, field)}${note}`;
  }
  return unknown;
}

function resourceText(target: Fields | undefined, now: Fields | undefined): string {
  const average = text(target, "averageValue");
  if (average !== "") return `${text(now, "averageValue") || unknown}/${average}`;
  const percent = (of: Fields | undefined, without: string): string => {
    const utilization = number(of, "averageUtilization");
    return utilization === undefined ? without : `${utilization}%`;
  };
  return `${percent(now, unknown)}/${percent(target, "<auto>")}`;
}

/** Cells of workloads and what scales and guards them, by `group/resource`. */
export const workloadCells: Readonly<Record<string, Cells>> = {
  "apps/deployments": (object, nowMs) => {
    const spec = specOf(object);
    const status = statusOf(object);
    return [
      nameOf(object),
      `${count(status, "readyReplicas")}/${count(spec, "replicas")}`,
      count(status, "updatedReplicas"),
      count(status, "availableReplicas"),
      age(object, nowMs),
      ...templateCells(child(spec, "template")),
      selectorText(child(spec, "selector")),
    ];
  },
  "apps/replicasets": replicaCells,
  "apps/statefulsets": (object, nowMs) => {
    const spec = specOf(object);
    return [
      nameOf(object),
      `${count(statusOf(object), "readyReplicas")}/${count(spec, "replicas")}`,
      age(object, nowMs),
      ...templateCells(child(spec, "template")),
    ];
  },
  "apps/daemonsets": (object, nowMs) => {
    const spec = specOf(object);
    const status = statusOf(object);
    const podSpec = child(child(spec, "template"), "spec");
    return [
      nameOf(object),
      count(status, "desiredNumberScheduled"),
      count(status, "currentNumberScheduled"),
      count(status, "numberReady"),
      count(status, "updatedNumberScheduled"),
      count(status, "numberAvailable"),
      labelsText(stringMap(podSpec, "nodeSelector")),
      age(object, nowMs),
      ...templateCells(child(spec, "template")),
      selectorText(child(spec, "selector")),
    ];
  },
  "apps/controllerrevisions": (object, nowMs) => {
    const owner = items(child(object, "metadata"), "ownerReferences").find((item) => item["controller"] === true);
    const group = text(owner, "apiVersion").split("/");
    const kind = text(owner, "kind").toLowerCase();
    const qualified = group.length > 1 ? `${kind}.${group[0]}` : kind;
    return [
      nameOf(object),
      owner ? `${qualified}/${text(owner, "name")}` : none,
      count(object, "revision"),
      age(object, nowMs),
    ];
  },
  "/replicationcontrollers": (object, nowMs) => {
    const cells = replicaCells(object, nowMs);
    return [...cells.slice(0, -1), labelsText(stringMap(specOf(object), "selector"))];
  },
  "/podtemplates": (object) => {
    const template = child(object, "template");
    return [nameOf(object), ...templateCells(template), labelsText(stringMap(child(template, "metadata"), "labels"))];
  },
  "batch/jobs": jobCells,
  "batch/cronjobs": (object, nowMs) => {
    const spec = specOf(object);
    const status = statusOf(object);
    const last = text(status, "lastScheduleTime");
    const job = child(child(spec, "jobTemplate"), "spec");
    return [
      nameOf(object),
      text(spec, "schedule"),
      text(spec, "timeZone") || none,
      String(spec["suspend"] === true ? "True" : "False"),
      items(status, "active").length,
      last === "" ? none : ageOf(last, nowMs),
      age(object, nowMs),
      ...templateCells(child(job, "template")),
      selectorText(child(job, "selector")),
    ];
  },
  "autoscaling/horizontalpodautoscalers": autoscalerCells,
  "policy/poddisruptionbudgets": (object, nowMs) => {
    const spec = specOf(object);
    const shown = (key: string): string => (spec[key] === undefined ? "N/A" : String(spec[key]));
    return [
      nameOf(object),
      shown("minAvailable"),
      shown("maxUnavailable"),
      count(statusOf(object), "disruptionsAllowed"),
      age(object, nowMs),
    ];
  },
};
