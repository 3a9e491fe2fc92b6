import { isJsonArray, type JsonObject, type JsonValue } from "../../../json/value.ts";
import { invalid, required } from "../field-problem.ts";
import { child, ensureChild, type Fields, items, number, setDefault, text } from "../fields.ts";
import type { KindStrategy } from "../kind-strategy.ts";

/** Holds, in the first version, the metrics that it has no field for. */
const metricsAnnotation = "autoscaling.alpha.kubernetes.io/metrics";
const defaultUtilization = 80;

/** HorizontalPodAutoscaler, in either version. */
export const autoscalerStrategy: KindStrategy = {
  nameRule: "subdomain",
  generation: false,
  default: (object) => {
    const spec = ensureChild(object, "spec");
    setDefault(spec, "minReplicas", 1);
    // The first version's target is filled in when it becomes a metric.
    if (isFirst(object) || items(spec, "metrics").length > 0) return;
    spec["metrics"] = [cpuMetric(defaultUtilization)];
  },
  prepareForCreate: (object) => {
    object["status"] = isFirst(object)
      ? { currentReplicas: 0, desiredReplicas: 0 }
      : { desiredReplicas: 0, currentMetrics: null };
  },
  validate: (object) => {
    const spec = child(object, "spec") ?? {};
    const min = number(spec, "minReplicas") ?? 0;
    const max = number(spec, "maxReplicas") ?? 0;
    const target = child(spec, "scaleTargetRef");
    return [
      ...(min < 1 ? [invalid("spec.minReplicas", min, "must be greater than or equal to 1")] : []),
      ...(max < 1 ? [invalid("spec.maxReplicas", max, "must be greater than 0")] : []),
      ...(max < min ? [invalid("spec.maxReplicas", max, "must be greater than or equal to `minReplicas`")] : []),
      ...["kind", "name"].flatMap((field) =>
        text(target, field) === "" ? [required(`spec.scaleTargetRef.${field}`)] : [],
      ),
    ];
  },
};

function isFirst(object: JsonObject): boolean {
  return object["apiVersion"] === "autoscaling/v1";
}

function cpuMetric(averageUtilization: JsonValue): JsonObject {
  return { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization } } };
}

/** The percentage that a metric of the use of CPU aims at; undefined for another metric. */
function cpuTarget(metric: JsonObject): number | undefined {
  const resource = child(metric, "resource");
  return text(resource, "name") === "cpu" ? number(child(resource, "target"), "averageUtilization") : undefined;
}

/** An autoscaler in the other version: a target of CPU in v1 is a metric among others in v2. */
export function convertAutoscaler(object: JsonObject, version: string): JsonObject {
  const converted = structuredClone(object) as Fields;
  converted["apiVersion"] = `autoscaling/${version}`;
  const spec = ensureChild(converted, "spec");
  const status = ensureChild(converted, "status");
  if (version === "v1") toFirst(converted, spec, status);
  else fromFirst(converted, spec, status);
  return converted;
}

function toFirst(object: Fields, spec: Fields, status: Fields): void {
  const metrics = items(spec, "metrics");
  const cpu = metrics.find((metric) => cpuTarget(metric) !== undefined);
  if (cpu !== undefined) spec["targetCPUUtilizationPercentage"] = cpuTarget(cpu)!;
  const others = metrics.filter((metric) => metric !== cpu);
  if (others.length > 0)
    ensureChild(ensureChild(object, "metadata"), "annotations")[metricsAnnotation] = JSON.stringify(others);
  const current = items(status, "currentMetrics")
    .map((metric) => child(metric, "resource"))
    .find((resource) => text(resource, "name") === "cpu");
  const utilization = number(child(current, "current"), "averageUtilization");
  if (utilization !== undefined) status["currentCPUUtilizationPercentage"] = utilization;
  setDefault(status, "currentReplicas", 0);
  for (const field of ["metrics", "behavior"]) delete spec[field];
  for (const field of ["currentMetrics", "conditions"]) delete status[field];
}

function fromFirst(object: Fields, spec: Fields, status: Fields): void {
  const annotations = child(child(object, "metadata"), "annotations");
  const others = annotations === undefined ? [] : metricsOf(annotations[metricsAnnotation]);
  if (annotations !== undefined) delete annotations[metricsAnnotation];
  const target = spec["targetCPUUtilizationPercentage"];
  const cpu = target ?? (others.length === 0 ? defaultUtilization : undefined);
  spec["metrics"] = [...others, ...(cpu === undefined ? [] : [cpuMetric(cpu)])];
  delete spec["targetCPUUtilizationPercentage"];
  delete status["currentCPUUtilizationPercentage"];
  setDefault(status, "desiredReplicas", 0);
  status["currentMetrics"] = null;
}

function metricsOf(annotation: JsonValue | undefined): readonly JsonValue[] {
  if (typeof annotation !== "string") return [];
  try {
    const parsed = JSON.parse(annotation) as JsonValue;
    return isJsonArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}
