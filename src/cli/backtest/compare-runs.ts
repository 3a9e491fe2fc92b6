import { sameJson } from "../../json/same-json.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";
import { placedObject } from "../../offline/placed-object.ts";
import type { TriggerVerdict } from "../../triggers/verdict.ts";

/** A value that one configuration gives and another gives otherwise; undefined: not at all. */
export interface ValueChange {
  /** Name of a param, or path in an object such as `spec.params[0].value`. */
  readonly what: string;
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
}

/** What a configuration change does to one trigger's part of an event. */
export type RunChange =
  | { readonly kind: "added"; readonly before: TriggerVerdict | undefined; readonly after: TriggerVerdict }
  | { readonly kind: "removed"; readonly before: TriggerVerdict; readonly after: TriggerVerdict | undefined }
  | {
      readonly kind: "changed";
      readonly before: TriggerVerdict;
      readonly after: TriggerVerdict;
      readonly params: readonly ValueChange[];
      /** By place in the template. */
      readonly objects: readonly (readonly ValueChange[])[];
    }
  /** It creates nothing, as before, but by a failure now. */
  | { readonly kind: "broken"; readonly before: TriggerVerdict | undefined; readonly after: TriggerVerdict }
  /** It creates the same with both. */
  | { readonly kind: "same"; readonly after: TriggerVerdict };

/** More changes of one object than this are not looked for. */
const maxChanges = 50;

/**
 * Compares what two configurations make of an event, trigger by trigger. Triggers that create nothing with either are
 * left out, unless the new one makes them fail.
 */
export function compareRuns(before: readonly TriggerVerdict[], after: readonly TriggerVerdict[]): readonly RunChange[] {
  const old = new Map(before.map((verdict) => [verdict.trigger.path, verdict]));
  const changes: RunChange[] = [];
  for (const now of after) {
    const was = old.get(now.trigger.path);
    old.delete(now.trigger.path);
    const ran = was !== undefined && was.objects.length > 0 ? was : undefined;
    if (now.objects.length === 0) {
      const fails = now.outcome.kind === "failed" && was?.outcome.kind !== "failed";
      if (ran !== undefined) changes.push({ kind: "removed", before: ran, after: now });
      else if (fails) changes.push({ kind: "broken", before: was, after: now });
    } else changes.push(ran === undefined ? { kind: "added", before: was, after: now } : compareVerdicts(ran, now));
  }
  for (const was of old.values()) {
    if (was.objects.length > 0) changes.push({ kind: "removed", before: was, after: undefined });
  }
  return changes;
}

function compareVerdicts(before: TriggerVerdict, after: TriggerVerdict): RunChange {
  const params = diffMaps(paramsOf(before), paramsOf(after));
  const count = Math.max(before.objects.length, after.objects.length);
  const objects = Array.from({ length: count }, (_, index) => {
    const [old, now] = [before.objects[index], after.objects[index]];
    const changes: ValueChange[] = [];
    diffJson("", old && placedObject(old), now && placedObject(now), changes);
    return changes;
  });
  const isSame = params.length === 0 && objects.every((changes) => changes.length === 0);
  return isSame ? { kind: "same", after } : { kind: "changed", before, after, params, objects };
}

function paramsOf({ params }: TriggerVerdict): ReadonlyMap<string, string> {
  return new Map(params.map(({ name, value }) => [name, value]));
}

function diffMaps(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly ValueChange[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((name) => before.get(name) !== after.get(name))
    .map((name) => ({ what: name, before: before.get(name), after: after.get(name) }));
}

function diffJson(
  path: string,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  changes: ValueChange[],
): void {
  if (changes.length >= maxChanges) return;
  if (isJsonObject(before) && isJsonObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      diffJson(path === "" ? key : `${path}.${key}`, own(before, key), own(after, key), changes);
    }
    return;
  }
  if (isJsonArray(before) && isJsonArray(after)) {
    for (let index = 0; index < Math.max(before.length, after.length); index++) {
      diffJson(`${path}[${index}]`, before[index], after[index], changes);
    }
    return;
  }
  const isSame = before === undefined || after === undefined ? before === after : sameJson(before, after);
  if (!isSame) changes.push({ what: path, before, after });
}

function own(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
