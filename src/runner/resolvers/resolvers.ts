import { randomBytes } from "node:crypto";
import type { K8sObject } from "../../api/object.ts";
import type { Param } from "../../api/pipelines/param.ts";
import type { JsonObject } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";

export type ResolvedKind = "Task" | "Pipeline" | "StepAction";

export interface ResolverRequest {
  readonly resolver: string;
  readonly params: readonly Param[];
  /** Of the run that asks. */
  readonly namespace: string;
  readonly kind: ResolvedKind;
}

/** An object in storage form, and where it is from. */
export interface ResolvedObject {
  readonly object: K8sObject;
  readonly refSource: JsonObject;
}

/** Why a resolver failed: params that are wrong, or the source. */
export interface ResolverError {
  readonly kind: "invalid" | "failed";
  readonly cause: string;
}

/** One way to fetch a definition (spec: pipelines, section 11). */
export interface Resolver {
  /** As error texts name it, such as `Git`. */
  readonly title: string;
  resolve(request: ResolverRequest, signal: AbortSignal): Promise<Result<ResolvedObject, ResolverError>>;
}

/** All resolvers by name, with the common time limit and error texts. */
export class Resolvers {
  readonly #resolvers: ReadonlyMap<string, Resolver>;
  readonly #timeoutMs: () => number;

  constructor(resolvers: ReadonlyMap<string, Resolver>, timeoutMs: () => number) {
    this.#resolvers = resolvers;
    this.#timeoutMs = timeoutMs;
  }

  async resolve(request: ResolverRequest): Promise<Result<ResolvedObject, string>> {
    const requestName = `${request.namespace}/${request.resolver}-${randomBytes(16).toString("hex")}`;
    const resolver = this.#resolvers.get(request.resolver);
    if (resolver === undefined) {
      return err(
        `error requesting remote resource: error getting "${request.resolver}" "${requestName}": there is no resolver of that name`,
      );
    }
    const limitMs = this.#timeoutMs();
    const resolved = await resolver.resolve(request, AbortSignal.timeout(limitMs));
    if (resolved.ok) return ok(resolved.value);
    const { kind, cause } = resolved.error;
    return err(
      kind === "invalid"
        ? `error requesting remote resource: invalid resource request "${requestName}": ${cause}`
        : `error requesting remote resource: error getting "${resolver.title}" "${requestName}": ${cause}`,
    );
  }
}

/** Text of a param; undefined when it is not given. */
export function textParam(params: readonly Param[], name: string): string | undefined {
  const value = params.find((param) => param.name === name)?.value;
  return typeof value === "string" && value !== "" ? value : undefined;
}
