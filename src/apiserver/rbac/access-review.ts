import type { Status, StatusCause } from "../../api/object.ts";
import { quoteGo } from "../../json/go-print.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";
import {
  created,
  extraField,
  failed,
  invalid,
  reviewManagedFields,
  specOf,
  stringField,
  stringsField,
} from "../auth/review-object.ts";
import type {
  AuthorizationAttributes,
  Authorizer,
  ConnectHandler,
  PipelineResponse,
  ResourceRequest,
} from "../pipeline.ts";
import { badRequest } from "../status.ts";
import type { UserInfo } from "../user-info.ts";
import type { PolicyRule } from "./policy-rule.ts";
import { aggregate, type RbacAuthorizer } from "./rbac-authorizer.ts";

const group = "authorization.k8s.io";

/** SelfSubject-, Subject- and LocalSubjectAccessReview, SelfSubjectRulesReview (spec: kube-api, section 8). */
export function accessReviews(authorizer: RbacAuthorizer, nowMs: () => number): readonly ConnectHandler[] {
  const access = (resource: string, review: AccessReviewRules): ConnectHandler => ({
    resource: `${resource}.${group}`,
    handle: (request, body) => reviewAccess(authorizer, review, request, body, nowMs()),
  });
  return [
    access("selfsubjectaccessreviews", {
      kind: "SelfSubjectAccessReview",
      problems: (body) => attributeProblems(specOf(body)),
      subject: (request) => request.user,
    }),
    access("subjectaccessreviews", {
      kind: "SubjectAccessReview",
      problems: (body) => [...subjectProblems(specOf(body)), ...metadataProblems(body, [])],
      subject: (_, spec) => subjectOf(spec),
    }),
    access("localsubjectaccessreviews", {
      kind: "LocalSubjectAccessReview",
      problems: (body, request) => [
        ...subjectProblems(specOf(body)),
        ...metadataProblems(body, ["namespace"]),
        ...localProblems(specOf(body), request.namespace ?? ""),
      ],
      subject: (_, spec) => subjectOf(spec),
    }),
    {
      resource: `selfsubjectrulesreviews.${group}`,
      handle: (request, body) => Promise.resolve(reviewRules(authorizer, request, body)),
    },
  ];
}

interface AccessReviewRules {
  readonly kind: string;
  readonly problems: (body: JsonValue | undefined, request: ResourceRequest) => readonly Required<StatusCause>[];
  readonly subject: (request: ResourceRequest, spec: JsonObject) => UserInfo;
}

async function reviewAccess(
  authorizer: Authorizer,
  review: AccessReviewRules,
  request: ResourceRequest,
  body: JsonValue | undefined,
  nowMs: number,
): Promise<PipelineResponse> {
  const spec = specOf(body);
  const problems = review.problems(body, request);
  if (problems.length > 0) return failed(invalid({ group, kind: "", name: "" }, problems));
  const mismatch = namespaceMismatch(request, body);
  if (mismatch !== undefined) return failed(mismatch);
  const decision = await authorizer.authorize(attributesOf(spec, review.subject(request, spec)));
  return created({
    kind: review.kind,
    apiVersion: `${group}/${request.version}`,
    metadata: {
      ...(request.namespace === undefined ? {} : { namespace: request.namespace }),
      ...reviewManagedFields(request, spec, nowMs),
    },
    spec,
    status: {
      allowed: decision.allowed,
      ...(decision.reason === undefined || decision.reason === "" ? {} : { reason: decision.reason }),
    },
  });
}

function subjectOf(spec: JsonObject): UserInfo {
  const uid = stringField(spec, "uid");
  const extra = extraField(spec, "extra");
  return {
    username: stringField(spec, "user"),
    groups: stringsField(spec, "groups"),
    ...(uid === "" ? {} : { uid }),
    ...(extra === undefined ? {} : { extra }),
  };
}

function attributesOf(spec: JsonObject, user: UserInfo): AuthorizationAttributes {
  const path = spec["nonResourceAttributes"];
  if (isJsonObject(path)) return { user, verb: stringField(path, "verb"), path: stringField(path, "path") };
  const asked = spec["resourceAttributes"];
  const resource = isJsonObject(asked) ? asked : {};
  const optional = (key: "subresource" | "namespace" | "name"): { readonly [name: string]: string } => {
    const value = stringField(resource, key);
    return value === "" ? {} : { [key]: value };
  };
  return {
    user,
    verb: stringField(resource, "verb"),
    path: "",
    resource: {
      group: stringField(resource, "group"),
      version: stringField(resource, "version"),
      resource: stringField(resource, "resource"),
      ...optional("subresource"),
      ...optional("namespace"),
      ...optional("name"),
    },
  };
}

function problem(reason: string, field: string, message: string): Required<StatusCause> {
  return { reason, message, field };
}

function attributeProblems(spec: JsonObject): readonly Required<StatusCause>[] {
  const resource = spec["resourceAttributes"];
  const path = spec["nonResourceAttributes"];
  if (isJsonObject(resource) && isJsonObject(path)) {
    const shown = `{"Path":${JSON.stringify(stringField(path, "path"))},"Verb":${JSON.stringify(stringField(path, "verb"))}}`;
    const message = `Invalid value: ${shown}: cannot be specified in combination with resourceAttributes`;
    return [problem("FieldValueInvalid", "spec.nonResourceAttributes", message)];
  }
  if (isJsonObject(resource) || isJsonObject(path)) return [];
  const message = "Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified";
  return [problem("FieldValueInvalid", "spec.resourceAttributes", message)];
}

function subjectProblems(spec: JsonObject): readonly Required<StatusCause>[] {
  const problems = attributeProblems(spec);
  if (stringField(spec, "user") !== "" || stringsField(spec, "groups").length > 0) return problems;
  const message = 'Invalid value: "": at least one of user or group must be specified';
  return [...problems, problem("FieldValueInvalid", "spec.user", message)];
}

/** A review names nothing: its metadata must be empty but for these fields and those that the server itself sets. */
function metadataProblems(body: JsonValue | undefined, allowed: readonly string[]): readonly Required<StatusCause>[] {
  const metadata = isJsonObject(body) ? body["metadata"] : undefined;
  if (!isJsonObject(metadata)) return [];
  const ignored = ["managedFields", "creationTimestamp", ...allowed];
  const set = Object.entries(metadata).filter(
    ([key, value]) => !ignored.includes(key) && value !== null && value !== "",
  );
  if (set.length === 0) return [];
  const shown = JSON.stringify(Object.fromEntries(set));
  return [problem("FieldValueInvalid", "metadata", `Invalid value: ${shown}: must be empty`)];
}

function localProblems(spec: JsonObject, namespace: string): readonly Required<StatusCause>[] {
  const path = spec["nonResourceAttributes"];
  if (isJsonObject(path)) {
    const shown = `{"Path":${JSON.stringify(stringField(path, "path"))},"Verb":${JSON.stringify(stringField(path, "verb"))}}`;
    const message = `Invalid value: ${shown}: disallowed on this kind of request`;
    return [problem("FieldValueInvalid", "spec.nonResourceAttributes", message)];
  }
  const resource = spec["resourceAttributes"];
  if (!isJsonObject(resource) || stringField(resource, "namespace") === namespace) return [];
  const message = `Invalid value: ${quoteGo(stringField(resource, "namespace"))}: must match metadata.namespace`;
  return [problem("FieldValueInvalid", "spec.resourceAttributes.namespace", message)];
}

function namespaceMismatch(request: ResourceRequest, body: JsonValue | undefined): Status | undefined {
  if (request.namespace === undefined) return undefined;
  const metadata = isJsonObject(body) ? body["metadata"] : undefined;
  const own = isJsonObject(metadata) ? stringField(metadata, "namespace") : "";
  if (own === "" || own === request.namespace) return undefined;
  return badRequest(`spec.resourceAttributes.namespace must match namespace: ${request.namespace}`);
}

function reviewRules(
  authorizer: RbacAuthorizer,
  request: ResourceRequest,
  body: JsonValue | undefined,
): PipelineResponse {
  const namespace = stringField(specOf(body), "namespace");
  if (namespace === "") return failed(badRequest("no namespace on request"));
  const { rules, missing } = authorizer.rulesFor(request.user, namespace);
  return created({
    kind: "SelfSubjectRulesReview",
    apiVersion: `${group}/${request.version}`,
    metadata: {},
    spec: {},
    status: {
      resourceRules: rules.filter((rule) => rule.resources.length > 0).map(resourceRule),
      nonResourceRules: rules
        .filter((rule) => rule.nonResourceURLs.length > 0)
        .map((rule) => ({ verbs: rule.verbs, nonResourceURLs: rule.nonResourceURLs })),
      incomplete: missing.length > 0,
      ...(missing.length === 0 ? {} : { evaluationError: aggregate(missing) }),
    },
  });
}

function resourceRule(rule: PolicyRule): JsonObject {
  const filled = Object.entries(rule).filter(
    ([key, items]) => key !== "nonResourceURLs" && isJsonArray(items) && items.length > 0,
  );
  return Object.fromEntries(filled);
}
