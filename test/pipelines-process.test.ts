/** The vectors of pipelines as plain processes; the conformance test runs them in sandboxes. */
import { test } from "node:test";
import { checkPipelineVectors } from "./pipeline-vectors.ts";

test("vectors of pipelines, as processes", () => checkPipelineVectors("process"));
