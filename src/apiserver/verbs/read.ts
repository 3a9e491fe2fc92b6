import type { K8sObject, Status } from "../../api/object.ts";
import { err, ok, type Result } from "../../result.ts";
import type { StoredObject } from "../../store/object-store.ts";
import type { ResourceRequest } from "../pipeline.ts";
import { objectKey, type ResourceDefinition } from "../resource-definition.ts";
import { badRequest, expired, failure, notFound, plainError } from "../status.ts";
import { type Cursor, decodeCursor, encodeCursor } from "./list-cursor.ts";
import { keyPrefix, type ListRequest, readListOptions } from "./list-options.ts";
import type { ObjectOutcome } from "./outcome.ts";
import { inVersion, oneInVersion, type ServerContext } from "./server-context.ts";

/** How long a read waits for a revision of the future. */
const futureWaitMs = 3_000;

/** GET of one object. */
export async function getVerb(context: ServerContext, routed: ResourceRequest): Promise<Result<ObjectOutcome, Status>> {
  const { definition, version } = routed;
  const asked = routed.request.query.get("resourceVersion") ?? "";
  if (asked !== "" && !/^\d+$/.test(asked)) return err(plainError(invalidVersion(asked)));
  if (asked !== "") {
    const reached = await waitForRevision(context, Number(asked), routed.request.signal);
    if (!reached.ok) return reached;
  }
  const name = routed.name ?? "";
  const stored = context.store.get(
    definition.collection,
    objectKey(definition.namespaced ? routed.namespace : undefined, name),
  );
  if (!stored) return err(notFound({ group: definition.group, resource: definition.resource }, name));
  if (isAlwaysAsStored(definition)) {
    // Most reads send the stored text as it is, without ever parsing it.
    return ok({
      status: 200,
      stored,
      warnings: [],
      get object() {
        return stored.object;
      },
    });
  }
  const object = await oneInVersion(definition, stored.object, version);
  if (!object.ok) return object;
  return ok({ status: 200, object: object.value, ...(object.value === stored.object && { stored }), warnings: [] });
}

/** Objects of a custom kind may have been stored in a version that it has no more. */
function isAlwaysAsStored({ custom, versions, collection }: ResourceDefinition): boolean {
  return !custom && versions.length === 1 && collection !== "/events";
}

function invalidVersion(text: string): string {
  return `resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`;
}

async function waitForRevision(
  context: ServerContext,
  revision: number,
  signal: AbortSignal,
): Promise<Result<undefined, Status>> {
  const deadline = Date.now() + futureWaitMs;
  while (context.store.revision < revision) {
    if (Date.now() >= deadline || signal.aborted) {
      return err(
        failure(
          504,
          "Timeout",
          `Timeout: Too large resource version: ${revision}, current: ${context.store.revision}`,
          {
            causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
            retryAfterSeconds: 1,
          },
        ),
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return ok(undefined);
}

/** A page of a list. */
export interface ListOutcome {
  readonly items: readonly ListItem[];
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

interface ListItem {
  readonly object: () => K8sObject;
  /** Set when the object is exactly what is stored. */
  readonly stored?: StoredObject;
}

/** GET of a collection (spec: kube-api, section 4). */
export async function listVerb(context: ServerContext, routed: ResourceRequest): Promise<Result<ListOutcome, Status>> {
  const options = readListOptions(routed, false);
  if (!options.ok) return options;
  return listPage(context, routed, options.value);
}

/** Whether a list is of one state. A page of a version means exactly that one unless the request says otherwise. */
function isExact({ resourceVersion, resourceVersionMatch, limit }: ListRequest): boolean {
  if (resourceVersionMatch !== "") return resourceVersionMatch === "Exact";
  return limit > 0 && resourceVersion !== "" && resourceVersion !== "0";
}

async function listPage(
  context: ServerContext,
  routed: ResourceRequest,
  options: ListRequest,
): Promise<Result<ListOutcome, Status>> {
  const { definition, version } = routed;
  const prefix = keyPrefix(routed);
  let cursor: Cursor | undefined;
  if (options.continueToken !== "") {
    const decoded = decodeCursor(options.continueToken);
    if (!decoded.ok) return err(badRequest(`invalid continue token: ${decoded.error}`));
    cursor = decoded.value;
    if (options.resourceVersion !== "" && options.resourceVersion !== "0") {
      return err(badRequest("specifying resource version is not allowed when using continue"));
    }
  } else if (options.resourceVersion !== "") {
    if (!/^\d+$/.test(options.resourceVersion)) {
      return err(badRequest(`invalid resource version: ${invalidVersion(options.resourceVersion)}`));
    }
    const reached = await waitForRevision(context, Number(options.resourceVersion), routed.request.signal);
    if (!reached.ok) return reached;
  }
  let revision = context.store.revision;
  if (cursor && cursor.revision >= 0) revision = cursor.revision;
  else if (!cursor && isExact(options)) revision = Number(options.resourceVersion);
  const all = context.store.listAt(definition.collection, prefix, revision, prefix + (cursor?.start ?? ""));
  if (!all.ok) {
    if (!cursor) return err(expired("The resourceVersion for the provided list is too old."));
    return err({
      ...expired(
        "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.",
      ),
      metadata: { continue: encodeCursor({ revision: -1, start: cursor.start }) },
    });
  }
  const rest = all.value;
  // Any state will do for version 0: Kubernetes takes it from its cache, whole.
  const limit = !cursor && options.resourceVersion === "0" ? 0 : options.limit;
  const apiItems: ListItem[] = [];
  const sameVersion = isAlwaysAsStored(definition);
  let consumed = 0;
  let last = "";
  for (const stored of rest) {
    if (limit > 0 && apiItems.length === limit) break;
    consumed++;
    last = stored.key;
    if (options.keyMatches && !options.keyMatches(stored.key)) continue;
    if (options.matches && !options.matches(stored.object)) continue;
    apiItems.push({ object: () => stored.object, stored });
  }
  let listed: readonly ListItem[] = apiItems;
  if (!sameVersion && apiItems.length > 0) {
    const converted = await inVersion(
      definition,
      apiItems.map((item) => item.object()),
      version,
    );
    if (!converted.ok) return converted;
    listed = converted.value.map((object, index) => {
      const item = apiItems[index]!;
      return { object: () => object, ...(object === item.stored!.object && { stored: item.stored! }) };
    });
  }
  // Whether any of the rest matches is not looked at: a last page may be empty.
  const more = limit > 0 && consumed < rest.length;
  return ok({
    items: listed,
    resourceVersion: String(revision),
    ...(more && {
      continue: encodeCursor({ revision, start: `${last.slice(prefix.length)}\0` }),
      ...(!options.matches && { remainingItemCount: rest.length - consumed }),
    }),
  });
}
