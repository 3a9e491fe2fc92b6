import { err, type Result } from "../../result.ts";
import {
  type ResolvedObject,
  type Resolver,
  type ResolverError,
  type ResolverRequest,
  textParam,
} from "./resolvers.ts";

/** Tekton bundles are images in a registry, which this runner does not read: it says so. */
export class BundleResolver implements Resolver {
  readonly title = "bundleresolver";

  async resolve({ params }: ResolverRequest): Promise<Result<ResolvedObject, ResolverError>> {
    const missing = ["bundle", "name"].filter((name) => textParam(params, name) === undefined);
    if (missing.length > 0) {
      return err({ kind: "invalid", cause: `missing required bundle resolver params: ${missing.join(", ")}` });
    }
    return err({
      kind: "failed",
      cause: `cannot retrieve the oci image: ${textParam(params, "bundle")}: bundles are not fetched by this runner; use the git, http or cluster resolver`,
    });
  }
}
