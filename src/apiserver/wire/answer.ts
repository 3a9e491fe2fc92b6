import type { K8sObject, Status } from "../../api/object.ts";
import { encodeObject } from "../../json/object-text.ts";
import type { JsonObject, JsonValue } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import type { PipelineResponse, ResourceRequest } from "../pipeline.ts";
import { apiVersionOf } from "../resource-definition.ts";
import { badRequest, notAcceptable } from "../status.ts";
import { includedObject, type TableSource, tableOf } from "../tables/table.ts";
import type { ObjectOutcome } from "../verbs/outcome.ts";
import type { ListOutcome } from "../verbs/read.ts";
import type { Negotiated } from "./accept.ts";
import { printYaml } from "./yaml.ts";

/** Writes one JSON document in the format asked for. */
export function jsonAnswer(
  status: number,
  body: JsonValue,
  negotiated: Pick<Negotiated, "format" | "pretty">,
  extra: {
    readonly text?: string;
    readonly warnings?: readonly string[];
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): PipelineResponse {
  const { text, warnings, headers } = extra;
  const head = { status, ...(warnings && warnings.length > 0 && { warnings }), ...(headers && { headers }) };
  if (negotiated.format === "yaml") {
    return { ...head, kind: "text", contentType: "application/yaml", body: printYaml(body) };
  }
  return {
    ...head,
    kind: "json",
    body,
    ...(negotiated.pretty ? { text: `${encodeObject(body, 2)}\n` } : text !== undefined && { text: `${text}\n` }),
  };
}

/** The answer of a request that failed. */
export function statusAnswer(status: Status, negotiated: Pick<Negotiated, "format" | "pretty">): PipelineResponse {
  const retry = status.details?.retryAfterSeconds;
  return jsonAnswer(status.code ?? 500, status as unknown as JsonValue, negotiated, {
    ...(retry !== undefined && { headers: { "retry-after": String(retry) } }),
  });
}

function partial({ metadata }: Pick<K8sObject, "metadata">, apiVersion: string): JsonObject {
  return { kind: "PartialObjectMetadata", apiVersion, metadata: metadata as unknown as JsonObject };
}

/** Turns one object into the answer, in the form asked for. */
export function objectAnswer(
  routed: ResourceRequest,
  outcome: ObjectOutcome,
  negotiated: Negotiated,
  nowMs: number,
): Result<PipelineResponse, Status> {
  const { as } = negotiated;
  if (!as || outcome.plain) {
    const { stored, status, warnings } = outcome;
    if (stored && negotiated.format === "json" && !negotiated.pretty) {
      const lazy = (): JsonValue => outcome.object as unknown as JsonValue;
      const head = warnings.length > 0 ? { warnings } : {};
      return ok({ kind: "json", status, body: { lazy }, lazyText: () => `${stored.text}\n`, ...head });
    }
    return ok(
      jsonAnswer(outcome.status, outcome.object as unknown as JsonValue, negotiated, {
        ...(outcome.stored && { text: outcome.stored.text }),
        warnings: outcome.warnings,
      }),
    );
  }
  const extra = { warnings: outcome.warnings };
  if (as.kind === "PartialObjectMetadata") {
    return ok(jsonAnswer(outcome.status, partial(outcome.object, as.version), negotiated, extra));
  }
  if (as.kind === "PartialObjectMetadataList") return err(notAcceptable());
  const include = includedObject(routed.request.query);
  if (!include.ok) return err(badRequest(include.error));
  const source: TableSource = { definition: routed.definition, version: routed.version, include: include.value, nowMs };
  const table = tableOf(source, as.version, [outcome.object], {
    ...(outcome.object.metadata.resourceVersion !== undefined && {
      resourceVersion: outcome.object.metadata.resourceVersion,
    }),
  });
  return ok(jsonAnswer(outcome.status, table, negotiated, extra));
}

/** Turns a list into the answer, in the form asked for. */
export function listAnswer(
  routed: ResourceRequest,
  outcome: ListOutcome,
  negotiated: Negotiated,
  nowMs: number,
): Result<PipelineResponse, Status> {
  const { definition, version } = routed;
  const { as } = negotiated;
  const more = {
    ...(outcome.continue !== undefined && { continue: outcome.continue }),
    ...(outcome.remainingItemCount !== undefined && { remainingItemCount: outcome.remainingItemCount }),
  };
  const metadata: JsonObject = { resourceVersion: outcome.resourceVersion, ...more };
  if (as?.kind === "Table") {
    const include = includedObject(routed.request.query);
    if (!include.ok) return err(badRequest(include.error));
    const source: TableSource = { definition, version, include: include.value, nowMs };
    return ok(
      jsonAnswer(
        200,
        tableOf(
          source,
          as.version,
          outcome.items.map((item) => item.object()),
          metadata,
        ),
        negotiated,
      ),
    );
  }
  if (as?.kind === "PartialObjectMetadataList") {
    const items = outcome.items.map((item) => partial(item.stored ?? item.object(), as.version));
    return ok(
      jsonAnswer(
        200,
        {
          kind: "PartialObjectMetadataList",
          apiVersion: as.version,
          metadata,
          items: items.length === 0 ? null : items,
        },
        negotiated,
      ),
    );
  }
  if (as) return err(notAcceptable());
  const apiVersion = apiVersionOf(definition.group, version);
  const kind = definition.listKind;
  // Custom lists always carry `continue`, for they are printed from a map.
  const listMetadata: JsonObject = definition.custom ? { continue: "", ...metadata } : metadata;
  const prefix = definition.custom
    ? ""
    : `{"kind":${JSON.stringify(definition.kind)},"apiVersion":${JSON.stringify(apiVersion)},`;
  const plain = (object: K8sObject): JsonValue => {
    if (definition.custom) return object as unknown as JsonValue;
    const { kind: _kind, apiVersion: _apiVersion, ...rest } = object;
    return rest as unknown as JsonValue;
  };
  const lazy = (): JsonValue => ({
    kind,
    apiVersion,
    metadata: listMetadata,
    items: outcome.items.map((item) => plain(item.object())),
  });
  if (negotiated.format === "yaml" || negotiated.pretty) return ok(jsonAnswer(200, lazy(), negotiated));
  return ok({
    kind: "json",
    status: 200,
    body: { lazy },
    lazyText: () => {
      const texts = outcome.items.map((item) => {
        const text = item.stored?.text ?? encodeObject(item.object() as unknown as JsonValue);
        return prefix === "" || !text.startsWith(prefix)
          ? prefix === ""
            ? text
            : encodeObject(plain(item.object()))
          : `{${text.slice(prefix.length)}`;
      });
      return `{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(apiVersion)},"metadata":${encodeObject(listMetadata)},"items":[${texts.join(",")}]}\n`;
    },
  });
}

/** The form of a watch's objects, or undefined when they go out as they are. */
export function watchForm(
  routed: ResourceRequest,
  negotiated: Negotiated,
  nowMs: () => number,
): Result<((object: K8sObject) => JsonValue) | undefined, Status> {
  const { as } = negotiated;
  if (!as) return ok(undefined);
  if (as.kind !== "Table") return ok((object) => partial(object, as.version));
  const include = includedObject(routed.request.query);
  if (!include.ok) return err(badRequest(include.error));
  let first = true;
  return ok((object) => {
    const source: TableSource = {
      definition: routed.definition,
      version: routed.version,
      include: include.value,
      nowMs: nowMs(),
    };
    const { resourceVersion } = object.metadata;
    const table = tableOf(source, as.version, [object], { ...(resourceVersion !== undefined && { resourceVersion }) });
    if (first) {
      first = false;
      return table;
    }
    return { ...table, columnDefinitions: null };
  });
}
