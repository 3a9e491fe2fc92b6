import { causesOf, type FieldProblem, printProblems } from "../api/core/field-problem.ts";
import type { Status, StatusDetails } from "../api/object.ts";

/** Names a resource in a message: `eventlisteners.triggers.tekton.dev`, or the bare plural of the core group. */
export interface ResourceName {
  readonly group: string;
  /** Plural, or the Kind for 422. */
  readonly resource: string;
}

function qualified({ group, resource }: ResourceName): string {
  return group === "" ? resource : `${resource}.${group}`;
}

function detailsOf(resource: ResourceName, name: string): StatusDetails {
  return {
    ...(name !== "" && { name }),
    ...(resource.group !== "" && { group: resource.group }),
    ...(resource.resource !== "" && { kind: resource.resource }),
  };
}

/** A failure with its reason and code (spec: kube-api, section 11). */
export function failure(code: number, reason: string, message: string, details?: StatusDetails): Status {
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    ...(reason !== "" && { reason }),
    ...(details && { details }),
    code,
  };
}

export function notFound(resource: ResourceName, name: string): Status {
  return failure(404, "NotFound", `${qualified(resource)} "${name}" not found`, detailsOf(resource, name));
}

export function alreadyExists(resource: ResourceName, name: string): Status {
  return failure(409, "AlreadyExists", `${qualified(resource)} "${name}" already exists`, detailsOf(resource, name));
}

export function conflict(resource: ResourceName, name: string, cause: string): Status {
  return failure(
    409,
    "Conflict",
    `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${cause}`,
    detailsOf(resource, name),
  );
}

/** The conflict of a stale resourceVersion. */
export function modified(resource: ResourceName, name: string): Status {
  return conflict(
    resource,
    name,
    "the object has been modified; please apply your changes to the latest version and try again",
  );
}

/** 422; `kind` is the Kind, not the plural. */
export function invalidObject(
  kind: { readonly group: string; readonly kind: string },
  name: string,
  problems: readonly FieldProblem[],
): Status {
  const resource = { group: kind.group, resource: kind.kind };
  return failure(422, "Invalid", `${qualified(resource)} "${name}" is invalid: ${printProblems(problems)}`, {
    ...detailsOf(resource, name),
    causes: causesOf(problems),
  });
}

export function badRequest(message: string): Status {
  return failure(400, "BadRequest", message);
}

export function forbiddenObject(resource: ResourceName, name: string, cause: string): Status {
  return failure(
    403,
    "Forbidden",
    name === ""
      ? `${qualified(resource)} is forbidden: ${cause}`
      : `${qualified(resource)} "${name}" is forbidden: ${cause}`,
    detailsOf(resource, name),
  );
}

/** An error without a reason of its own, as Kubernetes answers what it did not classify. */
export function plainError(message: string): Status {
  return failure(500, "", message);
}

export function internalError(message: string): Status {
  return failure(500, "InternalError", `Internal error occurred: ${message}`, {
    causes: [{ message }],
  });
}

export function methodNotAllowed(): Status {
  return failure(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", {});
}

/** A path below a served group version that names no resource. */
export function noSuchResource(): Status {
  return failure(404, "NotFound", "the server could not find the requested resource", {});
}

export function unauthorized(): Status {
  return failure(401, "Unauthorized", "Unauthorized");
}

export function notAcceptable(): Status {
  return failure(
    406,
    "NotAcceptable",
    "only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf",
  );
}

export function unsupportedMediaType(accepted: readonly string[]): Status {
  return failure(
    415,
    "UnsupportedMediaType",
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(", ")}`,
  );
}

export function requestTooLarge(limit: number): Status {
  return failure(413, "RequestEntityTooLarge", `Request entity too large: limit is ${limit}`);
}

export function expired(message: string): Status {
  return failure(410, "Expired", message);
}
