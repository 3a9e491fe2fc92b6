import { deepEqual, equal, ok } from "node:assert/strict";
import { join } from "node:path";
import { findSets, ownVectors, runSet } from "../conformance/runner.ts";
import type { Runtime } from "../src/runner/pod-plan.ts";

/** Cases of our own in the format of the vectors, for what those leave out. */
export const ownCases: string = join(import.meta.dirname, "pipelines");

/** Runs every vector of pipelines in a folder on a runtime: all must pass, none may be left out. */
export async function checkPipelineVectors(runtime: Runtime["kind"], folder: string = ownVectors): Promise<void> {
  process.env["TEKTITE_CONFORMANCE_RUNTIME"] = runtime;
  const { sets } = await findSets(folder);
  const set = sets.find(({ name }) => name === "pipelines");
  if (set === undefined) throw new Error("there are no vectors of pipelines");
  const { passed, failures, skipped } = await runSet(set, []);
  equal(failures.map(({ name, diff }) => `${name}\n${diff ?? ""}`).join("\n"), "");
  deepEqual(skipped, []);
  ok(passed > 0);
}
