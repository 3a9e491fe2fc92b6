import { type FieldProblem, forbidden, notSupported } from "../../api/core/field-problem.ts";
import { type FieldTerm, type LabelMatcher, parseFieldSelector, parseLabelSelector } from "../../api/core/selectors.ts";
import type { K8sObject, Status } from "../../api/object.ts";
import { isJsonObject, type JsonValue } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import type { ResourceRequest } from "../pipeline.ts";
import { servedVersion } from "../resource-definition.ts";
import { badRequest, invalidObject } from "../status.ts";
import { queryBoolean, queryInteger } from "../wire/write-options.ts";

/** What a list, watch or deletecollection asks for (spec: kube-api, section 4). */
export interface ListRequest {
  readonly limit: number;
  readonly continueToken: string;
  /** Empty when absent. */
  readonly resourceVersion: string;
  readonly resourceVersionMatch: string;
  readonly timeoutSeconds: number | undefined;
  readonly allowWatchBookmarks: boolean;
  readonly sendInitialEvents: boolean;
  /** A bookmark ends the initial events, when bookmarks are allowed. */
  readonly tellsInitialEnd: boolean;
  /** Undefined: everything matches. */
  readonly matches: ((object: K8sObject) => boolean) | undefined;
  /** What the store's key alone tells about `matches`, so that the other objects need not be read. */
  readonly keyMatches: ((key: string) => boolean) | undefined;
}

/** Reads and checks ListOptions. */
export function readListOptions(routed: ResourceRequest, watch: boolean): Result<ListRequest, Status> {
  const { query } = routed.request;
  const limit = queryInteger(query, "limit");
  if (!limit.ok) return limit;
  const timeout = queryInteger(query, "timeoutSeconds");
  if (!timeout.ok) return timeout;
  const resourceVersion = query.get("resourceVersion") ?? "";
  const resourceVersionMatch = query.get("resourceVersionMatch") ?? "";
  const continueToken = query.get("continue") ?? "";
  const sendInitialEvents = query.get("sendInitialEvents");
  const problems = watch
    ? watchProblems(resourceVersionMatch, sendInitialEvents)
    : listProblems(resourceVersion, resourceVersionMatch, continueToken, sendInitialEvents);
  if (problems.length > 0) {
    return err(invalidObject({ group: "meta.k8s.io", kind: "ListOptions" }, "", problems));
  }
  const matches = readSelectors(routed);
  if (!matches.ok) return matches;
  return ok({
    limit: Math.max(0, limit.value ?? 0),
    continueToken,
    resourceVersion,
    resourceVersionMatch,
    timeoutSeconds: timeout.value,
    allowWatchBookmarks: queryBoolean(query, "allowWatchBookmarks"),
    sendInitialEvents: queryBoolean(query, "sendInitialEvents"),
    tellsInitialEnd: sendInitialEvents === null ? true : queryBoolean(query, "sendInitialEvents"),
    matches: matches.value?.object,
    keyMatches: matches.value?.key,
  });
}

function watchProblems(match: string, sendInitialEvents: string | null): readonly FieldProblem[] {
  if (sendInitialEvents === null) {
    return match === ""
      ? []
      : [
          forbidden(
            "resourceVersionMatch",
            "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided",
          ),
        ];
  }
  if (match === "NotOlderThan") return [];
  return [
    forbidden("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"),
    ...(match === "" ? [] : [notSupported("resourceVersionMatch", match, ["NotOlderThan"])]),
  ];
}

function listProblems(
  version: string,
  match: string,
  continueToken: string,
  sendInitialEvents: string | null,
): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (match !== "") {
    if (version === "") {
      problems.push(
        forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided"),
      );
    }
    if (continueToken !== "") {
      problems.push(forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided"));
    }
    if (match !== "Exact" && match !== "NotOlderThan") {
      problems.push(notSupported("resourceVersionMatch", match, ["Exact", "NotOlderThan"]));
    }
    if (match === "Exact" && version === "0") {
      problems.push(
        forbidden("resourceVersionMatch", 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'),
      );
    }
  }
  if (sendInitialEvents !== null) {
    problems.push(forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"));
  }
  return problems;
}

interface Selection {
  readonly object: (object: K8sObject) => boolean;
  readonly key: ((key: string) => boolean) | undefined;
}

function readSelectors(routed: ResourceRequest): Result<Selection | undefined, Status> {
  const { query } = routed.request;
  const labelText = query.get("labelSelector") ?? "";
  const fieldText = query.get("fieldSelector") ?? "";
  let labels: LabelMatcher | undefined;
  if (labelText !== "") {
    const parsed = parseLabelSelector(labelText);
    if (!parsed.ok) return err(badRequest(parsed.error));
    labels = parsed.value;
  }
  let fields: readonly FieldTerm[] = [];
  if (fieldText !== "") {
    const parsed = parseFieldSelector(fieldText);
    if (!parsed.ok) return err(badRequest(parsed.error));
    fields = parsed.value;
    const known = knownFields(routed);
    for (const { field } of fields) {
      if (!known(field)) return err(badRequest(unsupportedField(routed, field)));
    }
  }
  if (routed.name !== undefined) fields = [...fields, { field: "metadata.name", equal: true, value: routed.name }];
  if (!labels && fields.length === 0) return ok(undefined);
  const fieldsOf = fieldValues(routed);
  const name = fields.find(({ field, equal }) => field === "metadata.name" && equal)?.value;
  return ok({
    object: (object) => {
      if (labels && !labels(object.metadata.labels ?? {})) return false;
      return fields.every(({ field, equal, value }) => (fieldsOf(object, field) === value) === equal);
    },
    key: name === undefined ? undefined : (key) => key === name || key.endsWith(`/${name}`),
  });
}

/** Kinds without fields of their own name those that all have. */
function unsupportedField({ definition }: ResourceRequest, field: string): string {
  if (definition.custom || definition.strategy.fieldLabels) return `field label not supported: ${field}`;
  return `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`;
}

function knownFields({ definition, version }: ResourceRequest): (field: string) => boolean {
  const always = new Set([
    "metadata.name",
    ...(definition.namespaced || !definition.custom ? ["metadata.namespace"] : []),
  ]);
  if (definition.custom) {
    const selectable = new Set(servedVersion(definition, version)?.selectableFields ?? []);
    return (field) => always.has(field) || selectable.has(`.${field}`);
  }
  const labels = definition.strategy.fieldLabels?.({}) ?? {};
  return (field) => always.has(field) || Object.hasOwn(labels, field);
}

function fieldValues({ definition }: ResourceRequest): (object: K8sObject, field: string) => string {
  return (object, field) => {
    if (field === "metadata.name") return object.metadata.name ?? "";
    if (field === "metadata.namespace") return object.metadata.namespace ?? "";
    if (!definition.custom) {
      return definition.strategy.fieldLabels?.(object as unknown as { [key: string]: JsonValue })[field] ?? "";
    }
    let at: JsonValue | undefined = object as unknown as JsonValue;
    for (const step of field.split(".")) at = isJsonObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
    return at === undefined || at === null ? "" : String(at);
  };
}

/** `namespace/` of the request, or empty for all. */
export function keyPrefix({ definition, namespace }: ResourceRequest): string {
  return definition.namespaced && namespace !== undefined ? `${namespace}/` : "";
}
