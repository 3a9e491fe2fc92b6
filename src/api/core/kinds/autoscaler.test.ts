import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import { convertAutoscaler } from "./autoscaler.ts";

const cpu = (averageUtilization: number) => ({
  type: "Resource",
  resource: { name: "cpu", target: { type: "Utilization", averageUtilization } },
});
const memory = {
  type: "Resource",
  resource: { name: "memory", target: { type: "AverageValue", averageValue: "1Gi" } },
};
const second = (metrics: readonly object[]) => ({
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: { name: "h", annotations: {} },
  spec: { maxReplicas: 3, metrics },
  status: { desiredReplicas: 0, currentMetrics: null },
});

const vectors = [
  { name: "CPU alone", metrics: [cpu(50)], target: 50 },
  { name: "CPU and others", metrics: [memory, cpu(70)], target: 70 },
  { name: "others alone", metrics: [memory], target: undefined },
];
for (const { name, metrics, target } of vectors)
  test(`an autoscaler of ${name} goes to the first version and back`, () => {
    const first = convertAutoscaler(second(metrics) as never, "v1");
    deepEqual(
      (first["spec"] as { readonly targetCPUUtilizationPercentage?: number }).targetCPUUtilizationPercentage,
      target,
    );
    const { currentReplicas: _, ...status } = convertAutoscaler(first, "v2")["status"] as { currentReplicas: number };
    deepEqual({ ...convertAutoscaler(first, "v2"), status }, second(metrics));
  });

test("an autoscaler of the first version without a target aims at 80 % of CPU", () => {
  const first = { apiVersion: "autoscaling/v1", metadata: { name: "h" }, spec: { maxReplicas: 3 } };
  deepEqual((convertAutoscaler(first, "v2")["spec"] as { readonly metrics: unknown }).metrics, [cpu(80)]);
});
