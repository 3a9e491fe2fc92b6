import type { JsonObject, JsonValue } from "../../json/value.ts";
import { compareValues, fieldSetOf } from "./compare.ts";
import {
  decodeFieldSet,
  difference,
  emptyFieldSet,
  encodeFieldSet,
  type FieldSet,
  forEachPath,
  intersection,
  isEmptySet,
  printPath,
  recursiveDifference,
  union,
} from "./field-set.ts";
import { mergeApplied, removePaths } from "./merge.ts";
import type { Shape } from "./shape.ts";

/** Who writes, and how: one entry of managedFields is kept for each. */
export interface FieldManager {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  readonly subresource?: string;
}

interface Entry extends FieldManager {
  readonly time: string;
  readonly set: FieldSet;
}

/** A conflict of an apply: who owns what it would change. */
export interface FieldConflict {
  readonly manager: FieldManager & { readonly time: string };
  /** Such as `.data.a`. */
  readonly fields: readonly string[];
}

/** Fields that nobody owns. */
const unowned = decodeFieldSet({
  "f:apiVersion": {},
  "f:kind": {},
  "f:metadata": {
    ".": {},
    "f:name": {},
    "f:namespace": {},
    "f:creationTimestamp": {},
    "f:selfLink": {},
    "f:uid": {},
    "f:clusterName": {},
    "f:generation": {},
    "f:managedFields": {},
    "f:resourceVersion": {},
    "f:deletionTimestamp": {},
    "f:deletionGracePeriodSeconds": {},
  },
});

function strip(set: FieldSet, ignored: FieldSet): FieldSet {
  return recursiveDifference(difference({ ...set, member: false }, { ...unowned, member: false }), ignored);
}

function decodeEntries(managedFields: JsonValue | undefined): readonly Entry[] {
  if (!Array.isArray(managedFields)) return [];
  return (managedFields as readonly JsonObject[]).flatMap((raw) => {
    const operation = raw["operation"];
    if (operation !== "Apply" && operation !== "Update") return [];
    const subresource = raw["subresource"];
    return [
      {
        manager: String(raw["manager"] ?? ""),
        operation,
        apiVersion: String(raw["apiVersion"] ?? ""),
        ...(typeof subresource === "string" && subresource !== "" && { subresource }),
        time: String(raw["time"] ?? ""),
        set: decodeFieldSet(raw["fieldsV1"]),
      },
    ];
  });
}

function encodeEntries(entries: readonly Entry[]): readonly JsonObject[] {
  return [...entries].sort(byOrder).map((entry) => ({
    manager: entry.manager,
    operation: entry.operation,
    apiVersion: entry.apiVersion,
    ...(entry.time !== "" && { time: entry.time }),
    fieldsType: "FieldsV1",
    fieldsV1: encodeFieldSet(entry.set),
    ...(entry.subresource !== undefined && { subresource: entry.subresource }),
  }));
}

function byOrder(a: Entry, b: Entry): number {
  return (
    compareText(a.operation, b.operation) ||
    compareText(a.time, b.time) ||
    compareText(a.manager, b.manager) ||
    compareText(a.apiVersion, b.apiVersion) ||
    compareText(a.subresource ?? "", b.subresource ?? "")
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isSame(entry: FieldManager, manager: FieldManager): boolean {
  return (
    entry.manager === manager.manager &&
    entry.operation === manager.operation &&
    entry.apiVersion === manager.apiVersion &&
    entry.subresource === manager.subresource
  );
}

/** What ownership depends on besides the values. */
export interface OwnershipContext {
  readonly shape: Shape;
  /** Paths this writer cannot change (status in main-resource writes, all else in status writes). */
  readonly ignored?: FieldSet;
  /** For the entry: RFC 3339, seconds. */
  readonly time: string;
}

/** How many managers of Update entries are kept before the oldest are merged. */
const maxUpdateManagers = 10;

/**
 * The managedFields after a create, update or patch other than apply (spec: kube-api, section 6): what changed moves to
 * the writer.
 */
export function ownershipAfterUpdate(
  live: JsonObject,
  next: JsonObject,
  managedFields: JsonValue | undefined,
  writer: FieldManager,
  { shape, ignored = emptyFieldSet, time }: OwnershipContext,
): readonly JsonObject[] {
  const compared = compareValues(shape, live, next);
  const changed = recursiveDifference(union(compared.modified, compared.added), ignored);
  const removed = recursiveDifference(compared.removed, ignored);
  const lost = union(changed, removed);
  const entries = decodeEntries(managedFields);
  const kept = isEmptySet(lost)
    ? entries
    : entries
        .map((entry) => ({ ...entry, set: difference(entry.set, lost) }))
        .filter((entry) => !isEmptySet(entry.set));
  const own = strip(changed, emptyFieldSet);
  if (isEmptySet(own)) return encodeEntries(kept);
  const mine = kept.find((entry) => isSame(entry, writer));
  const set = mine ? union(mine.set, own) : own;
  const others = kept.filter((entry) => !isSame(entry, writer));
  return encodeEntries(capUpdateManagers([...others, { ...writer, time, set }]));
}

function capUpdateManagers(entries: readonly Entry[]): readonly Entry[] {
  const updates = entries.filter((entry) => entry.operation === "Update");
  if (updates.length <= maxUpdateManagers) return entries;
  const oldest = [...updates].sort(byOrder);
  const excess = new Set(oldest.slice(0, updates.length - maxUpdateManagers + 1));
  const buckets = new Map<string, Entry>();
  for (const entry of excess) {
    const bucket = buckets.get(entry.apiVersion);
    buckets.set(entry.apiVersion, {
      manager: "ancient-changes",
      operation: "Update",
      apiVersion: entry.apiVersion,
      time: bucket && bucket.time > entry.time ? bucket.time : entry.time,
      set: bucket ? union(bucket.set, entry.set) : entry.set,
    });
  }
  return [...entries.filter((entry) => !excess.has(entry)), ...buckets.values()];
}

/** What an apply comes to: the new object, or the conflicts that keep it from being made. */
export type ApplyOutcome =
  | { readonly kind: "applied"; readonly object: JsonObject; readonly managedFields: readonly JsonObject[] }
  | { readonly kind: "conflict"; readonly conflicts: readonly FieldConflict[] };

/**
 * Server-side apply (spec: kube-api, section 6). `live` is the object at present (the zero value for a create),
 * `applied` what the manager wants; both without managedFields.
 */
export function applyConfiguration(
  live: JsonObject,
  applied: JsonObject,
  managedFields: JsonValue | undefined,
  writer: FieldManager,
  context: OwnershipContext & {
    readonly force: boolean;
    /** Brings a merged object into canonical form before it is compared. */
    readonly normalise?: (object: JsonObject) => JsonObject;
    /** Conflicts with these paths are forgiven (kubectl's move from client-side apply). */
    readonly forgiven?: FieldSet;
  },
): ApplyOutcome {
  const { shape, ignored = emptyFieldSet, time, force } = context;
  const entries = decodeEntries(managedFields);
  const last = entries.find((entry) => isSame(entry, writer));
  const configSet = strip(fieldSetOf(shape, applied), ignored);
  const others = entries.filter((entry) => entry !== last);

  let merged = mergeApplied(shape, live, applied) as JsonObject;
  if (last) {
    const owned = others.reduce((set, entry) => union(set, entry.set), configSet);
    const remove = difference(last.set, withAncestors(owned));
    merged = (removePaths(shape, merged, { ...remove, member: false }) ?? {}) as JsonObject;
  }
  const next = context.normalise ? context.normalise(merged) : merged;

  const compared = compareValues(shape, live, next);
  const changed = recursiveDifference(union(compared.modified, compared.added), ignored);
  const removed = recursiveDifference(compared.removed, ignored);
  const conflicting = others
    .map((entry) => ({ entry, set: intersection(entry.set, changed) }))
    .filter(({ set }) => !isEmptySet(set));
  if (!force) {
    const conflicts = conflicting
      .map(({ entry, set }) => ({ entry, set: context.forgiven ? difference(set, context.forgiven) : set }))
      .filter(({ set }) => !isEmptySet(set));
    if (conflicts.length > 0) {
      return {
        kind: "conflict",
        conflicts: conflicts.map(({ entry, set }) => {
          const fields: string[] = [];
          forEachPath(set, (path) => fields.push(printPath(path)));
          return { manager: entry, fields };
        }),
      };
    }
  }
  const lost = union(changed, removed);
  const kept = others
    .map((entry) => ({ ...entry, set: difference(entry.set, lost) }))
    .filter((entry) => !isEmptySet(entry.set));
  // The time moves only with the object: who applies what is there already gets an entry without one.
  const same = isEmptySet(union(union(compared.modified, compared.added), compared.removed));
  const mine: Entry = { ...writer, time: same ? (last?.time ?? "") : time, set: configSet };
  return {
    kind: "applied",
    object: next,
    managedFields: encodeEntries(isEmptySet(configSet) ? kept : [...kept, mine]),
  };
}

/** The set with every ancestor of a member a member: what holds an owned field must stay. */
function withAncestors(set: FieldSet): FieldSet {
  const children = new Map<string, FieldSet>();
  for (const [element, child] of set.children) children.set(element, withAncestors(child));
  return { member: set.member || children.size > 0, children };
}
