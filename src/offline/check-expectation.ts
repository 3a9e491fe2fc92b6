import { decodeGoJson } from "../json/go-decode.ts";
import { sameJson } from "../json/same-json.ts";
import { sortKeys } from "../json/sort-keys.ts";
import { type JsonObject, type JsonValue, member } from "../json/value.ts";
import type { TriggerVerdict } from "../triggers/verdict.ts";
import { lineDiff } from "./line-diff.ts";
import { isCreating, type OfflineRun } from "./offline-run.ts";
import { placedObject } from "./placed-object.ts";
import { isSubset, narrowTo } from "./subset.ts";
import type { Expectation, ExpectedOutcome } from "./trigger-test.ts";
import { interceptorLines, outcomeText, triggerText } from "./verdict-text.ts";
import { yamlText } from "./yaml-text.ts";

/** Lines that say what was expected and what came instead; none when the expectation is met. */
export function checkExpectation(expectation: Expectation, runs: readonly OfflineRun[]): readonly string[] {
  const all = runs.flatMap(({ verdicts }) => verdicts);
  const { trigger, outcome, params, extensions } = expectation;
  if (outcome?.kind === "refused") return checkRefusal(outcome, runs);
  const verdicts = trigger === undefined ? all : all.filter((verdict) => isNamed(verdict, trigger));
  if (verdicts.length === 0 && !(outcome?.kind === "created" && outcome.objects.length === 0)) {
    const expected = trigger === undefined ? "a trigger to be run" : `trigger ${trigger} to be run`;
    return [`expected ${expected}`, ...saw(runs, all)];
  }
  return [
    ...(outcome === undefined ? [] : checkOutcome(outcome, verdicts, runs)),
    ...(params === undefined ? [] : checkParams(params, verdicts)),
    ...(extensions === undefined ? [] : checkExtensions(extensions, verdicts)),
  ];
}

function isNamed({ trigger }: TriggerVerdict, name: string): boolean {
  return trigger.name === name || trigger.path === name;
}

function checkRefusal(
  { status, message }: Extract<ExpectedOutcome, { readonly kind: "refused" }>,
  runs: readonly OfflineRun[],
): readonly string[] {
  const isMet = runs.some(
    ({ answer }) =>
      answer.message !== undefined &&
      (status === undefined || answer.status === status) &&
      (message === undefined || answer.message.includes(message)),
  );
  if (isMet) return [];
  const code = status === undefined ? "" : ` with status ${status}`;
  const expected = `expected the listener to refuse the request${code}${containing(message)}`;
  return [
    expected,
    ...saw(
      runs,
      runs.flatMap(({ verdicts }) => verdicts),
    ),
  ];
}

function checkOutcome(
  outcome: Exclude<ExpectedOutcome, { readonly kind: "refused" }>,
  verdicts: readonly TriggerVerdict[],
  runs: readonly OfflineRun[],
): readonly string[] {
  if (outcome.kind === "created") return checkObjects(outcome, verdicts, runs);
  const { kind, interceptor, code, reason, message } = outcome;
  const isMet = verdicts.some((verdict) => {
    const got = verdict.outcome;
    if (got.kind !== kind) return false;
    const said = verdict.interceptors.at(-1);
    return (
      (interceptor === undefined || said?.name === interceptor) &&
      (code === undefined || said?.code === code) &&
      (reason === undefined || member(got as unknown as JsonValue, "reason") === reason) &&
      (message === undefined || got.message.includes(message))
    );
  });
  if (isMet && !verdicts.some((verdict) => verdict.outcome.kind !== kind && isCreating(verdict))) return [];
  const by = interceptor === undefined ? "" : ` by ${interceptor}`;
  const withCode = code === undefined ? "" : ` with code ${code}`;
  const because = reason === undefined ? "" : ` (${reason})`;
  return [`expected: ${kind}${by}${withCode}${because}${containing(message)}`, ...saw(runs, verdicts)];
}

function checkObjects(
  { objects, match }: Extract<ExpectedOutcome, { readonly kind: "created" }>,
  verdicts: readonly TriggerVerdict[],
  runs: readonly OfflineRun[],
): readonly string[] {
  const created = verdicts.flatMap((verdict) => verdict.objects.map(placedObject));
  const isExact = match === "exact";
  const agrees = isExact ? sameJson : isSubset;
  const isMet =
    created.length === objects.length && objects.every((object, index) => agrees(object, created[index] ?? null));
  if (isMet) return [];
  if (created.length === 0) return [`expected ${countOf(objects.length)}, got none`, ...saw(runs, verdicts)];
  const shown = created.map((object, index) => {
    const expected = objects[index];
    // The diff is not to be about the order of keys.
    if (isExact) return sortKeys(object);
    return expected === undefined ? head(object) : narrowTo(expected, object);
  });
  const expected = isExact ? objects.map(sortKeys) : objects;
  const counts =
    created.length === objects.length ? "" : `expected ${countOf(objects.length)}, got ${countOf(created.length)}; `;
  return [`${counts}- expected, + created`, ...lineDiff(documents(expected), documents(shown))];
}

function documents(objects: readonly JsonValue[]): string {
  return objects.map(yamlText).join("---\n");
}

/** Enough of an object to tell which it is. */
function head(object: JsonObject): JsonObject {
  const { apiVersion = null, kind = null } = object;
  const metadata = member(object, "metadata");
  return { apiVersion, kind, metadata: narrowTo({ name: "", generateName: "" }, metadata ?? {}) };
}

/** Params are text; one that is expected to be something else is compared as JSON. */
function checkParams(expected: JsonObject, verdicts: readonly TriggerVerdict[]): readonly string[] {
  const found = verdicts.map(({ params }) => {
    const values: Record<string, JsonValue> = Object.create(null);
    for (const { name, value } of params) {
      const decoded = typeof expected[name] === "string" ? undefined : decodeGoJson(value, { integers: "exact" });
      values[name] = decoded?.ok ? decoded.value : value;
    }
    return values;
  });
  return closest("params", expected, found);
}

function checkExtensions(expected: JsonObject, verdicts: readonly TriggerVerdict[]): readonly string[] {
  return closest(
    "extensions",
    expected,
    verdicts.map(({ extensions }) => extensions),
  );
}

/** One of the values must have all that is expected. */
function closest(what: string, expected: JsonObject, found: readonly JsonObject[]): readonly string[] {
  if (found.some((values) => isSubset(expected, values))) return [];
  const best = found.find((values) => Object.keys(values).length > 0) ?? {};
  return [`${what}: - expected, + got`, ...lineDiff(yamlText(expected), yamlText(narrowTo(expected, best)))];
}

/** What came instead: outcomes with the answers of interceptors. */
function saw(runs: readonly OfflineRun[], verdicts: readonly TriggerVerdict[]): readonly string[] {
  const refused = runs.flatMap(({ answer }) =>
    answer.message === undefined ? [] : [`got: the listener answers ${answer.status}: ${answer.message}`],
  );
  const seen = verdicts.flatMap((verdict) => [
    `got: ${triggerText(verdict)}: ${outcomeText(verdict.outcome, verdict)}`,
    ...verdict.interceptors.flatMap(interceptorLines).map((line) => `  ${line}`),
  ]);
  const lines = [...refused, ...seen].flatMap((line) => line.split("\n"));
  return lines.length > 0 ? lines : ["got: the event concerns no trigger"];
}

function containing(message: string | undefined): string {
  return message === undefined ? "" : `, with a message that contains ${JSON.stringify(message)}`;
}

function countOf(count: number): string {
  return count === 1 ? "1 object" : `${count} objects`;
}
