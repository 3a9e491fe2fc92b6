import type { PipelineRequest, PipelineResponse } from "../pipeline.ts";
import type { ResourceRegistry } from "../registry.ts";

/** Answers `/openapi/…`; undefined for unknown paths. */
export function serveOpenApi(
  _registry: ResourceRegistry,
  _request: PipelineRequest,
  _path: string,
): PipelineResponse | undefined {
  return undefined;
}
