import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { findSets, ownVectors, readDeviations, runSet } from "./runner.ts";

const { sets, unknown } = await findSets(ownVectors);
const deviations = readDeviations();

for (const set of sets) {
  test(`vectors: ${set.name}`, async () => {
    const { failures, skipped } = await runSet(set, deviations);
    equal(failures.map(({ name, diff }) => `${name}\n${diff ?? ""}`).join("\n"), "");
    deepEqual(skipped, []);
  });
}

test("vectors: every file is of a known format", () => deepEqual(unknown, []));

test("vectors: every deviation gives its reason and is of a set that there is", () => {
  const names = new Set(sets.map(({ name }) => name));
  deepEqual(
    deviations.filter(({ set, reason }) => !names.has(set) || reason.length < 20),
    [],
  );
});
