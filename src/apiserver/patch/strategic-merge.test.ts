import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import { goTypes } from "../../api/core/core-types.ts";
import type { JsonObject } from "../../json/value.ts";
import { applyStrategicMerge } from "./strategic-merge.ts";

const pod = goTypes.struct("PodSpec");
const containers = [
  { name: "a", image: "1" },
  { name: "b", image: "2" },
];

const vectors: readonly { name: string; target: JsonObject; patch: JsonObject; want: JsonObject }[] = [
  {
    name: "items merge by their key",
    target: { containers },
    patch: { containers: [{ name: "b", image: "3" }] },
    want: {
      containers: [
        { name: "a", image: "1" },
        { name: "b", image: "3" },
      ],
    },
  },
  {
    name: "a new item comes before those that the patch does not name",
    target: { containers },
    patch: { containers: [{ name: "c" }] },
    want: { containers: [{ name: "c" }, ...containers] },
  },
  {
    name: "$patch: delete takes an item away",
    target: { containers },
    patch: { containers: [{ name: "a", $patch: "delete" }] },
    want: { containers: [{ name: "b", image: "2" }] },
  },
  {
    name: "$patch: replace replaces the list",
    target: { containers },
    patch: { containers: [{ name: "z" }, { $patch: "replace" }] },
    want: { containers: [{ name: "z" }] },
  },
  {
    name: "$setElementOrder sorts",
    target: { containers },
    patch: { "$setElementOrder/containers": [{ name: "b" }, { name: "a" }] },
    want: { containers: [containers[1]!, containers[0]!] },
  },
  {
    name: "lists without a key are replaced",
    target: { tolerations: [{ key: "a" }] },
    patch: { tolerations: [{ key: "b" }] },
    want: { tolerations: [{ key: "b" }] },
  },
  {
    name: "null removes a field",
    target: { nodeName: "n", hostname: "h" },
    patch: { nodeName: null },
    want: { hostname: "h" },
  },
  {
    name: "$retainKeys drops the other members",
    target: { volumes: [{ name: "v", emptyDir: {} }] },
    patch: { volumes: [{ name: "v", $retainKeys: ["name", "secret"], secret: { secretName: "s" } }] },
    want: { volumes: [{ name: "v", secret: { secretName: "s" } }] },
  },
];

for (const { name, target, patch, want } of vectors) {
  test(name, () => deepEqual(applyStrategicMerge(target, patch, pod), { ok: true, value: want }));
}

test("a list of scalars merges; new ones come before those that the patch does not name", () => {
  const meta = goTypes.struct("ObjectMeta");
  const merged = (patch: JsonObject) => applyStrategicMerge({ finalizers: ["x/a", "x/b"] }, patch, meta);
  deepEqual(merged({ finalizers: ["x/c"] }), { ok: true, value: { finalizers: ["x/c", "x/a", "x/b"] } });
  deepEqual(merged({ finalizers: ["x/b", "x/c"] }), { ok: true, value: { finalizers: ["x/a", "x/b", "x/c"] } });
  deepEqual(merged({ "$deleteFromPrimitiveList/finalizers": ["x/a"] }), { ok: true, value: { finalizers: ["x/b"] } });
});
