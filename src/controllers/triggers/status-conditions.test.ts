import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { keepTimes, mirrorConditions, readiness, sameConditions, setCondition } from "./status-conditions.ts";

const old = "2026-01-01T00:00:00Z";
const now = "2026-01-02T00:00:00Z";

test("a condition that only the time would change stays as it is", () => {
  const conditions = [{ type: "B", status: "True", lastTransitionTime: old }];
  equal(setCondition(conditions, { type: "B", status: "True" }, now), conditions);
});

test("setting replaces by type and sorts by bytes", () => {
  const conditions = [
    { type: "b", status: "True", lastTransitionTime: old },
    { type: "Z", status: "True", lastTransitionTime: old },
  ];
  deepEqual(setCondition(conditions, { type: "Z", status: "False", message: "m" }, now), [
    { type: "Z", status: "False", message: "m", lastTransitionTime: now },
    { type: "b", status: "True", lastTransitionTime: old },
  ]);
});

test("mirroring takes type, status, reason and message only", () => {
  const reported = [{ type: "A", status: "True", reason: "R", message: "", severity: "Info", lastTransitionTime: old }];
  deepEqual(mirrorConditions([], reported, now), [{ type: "A", status: "True", reason: "R", lastTransitionTime: now }]);
});

test("a condition that ends up as it was keeps its time", () => {
  const before = [{ type: "Ready", status: "True", lastTransitionTime: old }];
  const flipped = setCondition(
    setCondition(before, { type: "Ready", status: "False" }, now),
    { type: "Ready", status: "True" },
    now,
  );
  deepEqual(keepTimes(flipped, before), before);
  equal(sameConditions(flipped, before), true);
});

const ready = [
  { name: "nothing there", conditions: [], want: ["True", "EventListener is ready"] },
  {
    name: "the Service comes first",
    conditions: [
      { type: "Deployment", status: "False", message: "d" },
      { type: "Service", status: "Unknown" },
    ],
    want: ["False", "Condition Service has status: Unknown with message: "],
  },
  {
    name: "others do not matter",
    conditions: [
      { type: "ReplicaFailure", status: "True" },
      { type: "Zed", status: "False" },
    ],
    want: ["True", "EventListener is ready"],
  },
];

for (const { name, conditions, want } of ready) {
  test(`readiness: ${name}`, () => {
    const { status, message } = readiness(conditions);
    deepEqual([status, message], want);
  });
}
