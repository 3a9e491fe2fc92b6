import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import { goTypes } from "../../api/core/core-types.ts";
import { zeroObject } from "../../api/core/go-codec.ts";
import type { JsonObject } from "../../json/value.ts";
import { applyConfiguration, type FieldManager, ownershipAfterUpdate } from "./managed-fields.ts";
import { shapeOfStruct } from "./shape.ts";

const type = goTypes.struct("ConfigMap");
const shape = shapeOfStruct(type);
const time = "2026-01-01T00:00:00Z";

function configMap(data: Readonly<Record<string, string>>): JsonObject {
  return { kind: "ConfigMap", apiVersion: "v1", metadata: { name: "c" }, data };
}

function writer(manager: string, operation: "Apply" | "Update"): FieldManager {
  return { manager, operation, apiVersion: "v1" };
}

/** Managers with the fields of `data` that each owns. */
function owners(managedFields: readonly JsonObject[]): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    managedFields.map((entry) => {
      const data = (entry["fieldsV1"] as JsonObject)["f:data"] as JsonObject;
      return [String(entry["manager"]), Object.keys(data).filter((key) => key !== ".")];
    }),
  );
}

function applied(
  live: JsonObject,
  managed: readonly JsonObject[],
  manager: string,
  data: Record<string, string>,
  force = false,
) {
  return applyConfiguration(live, configMap(data), managed, writer(manager, "Apply"), { shape, time, force });
}

const created = ownershipAfterUpdate(zeroObject(type), configMap({ a: "1", b: "1" }), [], writer("m1", "Update"), {
  shape,
  time,
});

test("a creator owns what it set", () => {
  deepEqual(created, [
    {
      manager: "m1",
      operation: "Update",
      apiVersion: "v1",
      time,
      fieldsType: "FieldsV1",
      fieldsV1: { "f:data": { ".": {}, "f:a": {}, "f:b": {} } },
    },
  ]);
});

test("an update takes what it changes from whoever had it", () => {
  const next = ownershipAfterUpdate(
    configMap({ a: "1", b: "1" }),
    configMap({ a: "1", b: "2" }),
    created,
    writer("m2", "Update"),
    { shape, time },
  );
  deepEqual(owners(next), { m1: ["f:a"], m2: ["f:b"] });
});

test("applying another value is a conflict, unless forced", () => {
  const live = configMap({ a: "1", b: "1" });
  const refused = applied(live, created, "m2", { a: "2" });
  deepEqual(refused.kind === "conflict" && refused.conflicts.map(({ manager, fields }) => [manager.manager, fields]), [
    ["m1", [".data.a"]],
  ]);
  const forced = applied(live, created, "m2", { a: "2" }, true);
  deepEqual(forced.kind === "applied" && [forced.object["data"], owners(forced.managedFields)], [
    { a: "2", b: "1" },
    { m2: ["f:a"], m1: ["f:b"] },
  ]);
});

test("applying the same value shares it, and leaving it out then only gives it up", () => {
  const live = configMap({ a: "1", b: "1" });
  const shared = applied(live, created, "m2", { a: "1" });
  deepEqual(shared.kind === "applied" && owners(shared.managedFields), { m2: ["f:a"], m1: ["f:a", "f:b"] });
  const given = shared.kind === "applied" ? applied(live, shared.managedFields, "m2", {}) : shared;
  deepEqual(given.kind === "applied" && given.object["data"], { a: "1", b: "1" });
});

test("what only its applier owned goes when it is left out", () => {
  const first = applyConfiguration(zeroObject(type), configMap({ x: "1", y: "1" }), [], writer("m", "Apply"), {
    shape,
    time,
    force: false,
  });
  const second = first.kind === "applied" ? applied(first.object, first.managedFields, "m", { y: "1" }) : first;
  deepEqual(second.kind === "applied" && second.object["data"], { y: "1" });
});
