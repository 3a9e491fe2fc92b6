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

test("$patch: delete empties an object that is there and leaves out one that is not", () => {
  const target = { nodeSelector: { a: "b" } };
  const patch = { nodeSelector: { $patch: "delete" }, securityContext: { $patch: "delete" } };
  deepEqual(applyStrategicMerge(target, patch, pod), { ok: true, value: { nodeSelector: {} } });
});

test("an object whose strategy is replace is not merged", () => {
  const target = { selector: { matchLabels: { a: "b" } } };
  const selector = { matchLabels: { c: "d" } };
  deepEqual(applyStrategicMerge(target, { selector }, goTypes.struct("PodDisruptionBudgetSpec")), {
    ok: true,
    value: { selector },
  });
});

const refused: readonly {
  readonly name: string;
  readonly patch: JsonObject;
  readonly kind?: string;
  readonly message: string;
}[] = [
  {
    name: "an unknown directive of an object",
    patch: { nodeSelector: { $patch: "merge" } },
    message: "unknown patch type: merge in map: map[$patch:merge]",
  },
  {
    name: "an unknown directive of an item",
    patch: { containers: [{ name: "a", $patch: "no" }] },
    message: "unknown patch type: no in map: map[$patch:no name:a]",
  },
  {
    name: "a list that is to be merged",
    patch: { containers: [{ $patch: "merge" }] },
    message: "merging lists cannot yet be specified in the patch",
  },
  {
    name: "an item without its key",
    patch: { containers: [{ image: "1" }] },
    message: "map: map[image:1] does not contain declared merge key: name",
  },
  {
    name: "an order without an item of the patch",
    patch: { "$setElementOrder/containers": [{ name: "b" }], containers: [{ name: "a" }] },
    message: "The order in patch list:\n[map[name:a]]\n doesn't match $setElementOrder list:\n[map[name:b]]\n",
  },
  {
    name: "an order that is no list",
    patch: { "$setElementOrder/containers": "a" },
    message: "expected a []interface {}, but received a string",
  },
  {
    name: "an order of a field that does not exist",
    patch: { "$setElementOrder/boxes": [] },
    message: 'unable to find api field in struct PodSpec for the json field "boxes"',
  },
  {
    name: "items of different types",
    patch: { containers: ["a"] },
    message: "list element types are not identical: [[map[image:1 name:a] map[image:2 name:b]] [a]]",
  },
  {
    name: "kept keys that are no list",
    patch: { nodeSelector: { $retainKeys: 1 } },
    kind: "malformed",
    message: "invalid patch format of retainKeys",
  },
  {
    name: "a member that is not among the kept keys",
    patch: { nodeSelector: { $retainKeys: ["a"], b: "c" } },
    kind: "contradiction",
    message: "patch content doesn't match retainKeys list",
  },
];

for (const { name, patch, kind = "other", message } of refused)
  test(`refused: ${name}`, () => {
    const target = { containers, nodeSelector: { a: "b" } };
    deepEqual(applyStrategicMerge(target, patch, pod), { ok: false, error: { kind, message } });
  });
