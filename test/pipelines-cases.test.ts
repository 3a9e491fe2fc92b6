/** Behaviour of pipelines that the recorded vectors leave out, as cases in their format. */
import { test } from "node:test";
import { checkPipelineVectors, ownCases } from "./pipeline-vectors.ts";

test("further cases of pipelines, in sandboxes", () => checkPipelineVectors("sandbox", ownCases));
