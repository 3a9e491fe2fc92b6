import type { Activation } from "../../cel/evaluation.ts";
import { explain } from "../../cel/explain.ts";
import type { CelProgram } from "../../cel/program.ts";
import { valueText } from "../../cel/value-text.ts";
import { CelFailure, type CelValue, isList, isMap, kindOf, mapEntries, mapSize } from "../../cel/values.ts";
import type { JsonValue } from "../../json/value.ts";
import type { Evidence } from "../interceptor.ts";

const maxText = 200;
const maxElements = 10;
const maxDepth = 3;

/** A value, shortened for people: long texts and lists are cut, and say so. */
function shorten(value: CelValue, depth: number): JsonValue {
  if (isList(value)) {
    if (depth === 0) return `… ${value.length} elements`;
    const shown = value.slice(0, maxElements).map((element) => shorten(element, depth - 1));
    return value.length > maxElements ? [...shown, `… ${value.length - maxElements} more`] : shown;
  }
  if (isMap(value)) {
    const size = mapSize(value);
    if (depth === 0 || size > maxElements) return `… ${size} entries`;
    const shown: Record<string, JsonValue> = Object.create(null);
    for (const entry of mapEntries(value)) shown[valueText(entry.key)] = shorten(entry.value, depth - 1);
    return shown;
  }
  switch (kindOf(value)) {
    case "null":
    case "bool":
    case "double":
      return Number.isFinite(value) || typeof value !== "number" ? (value as JsonValue) : String(value);
    case "int":
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    default: {
      const text = valueText(value);
      return text.length > maxText ? `${text.slice(0, maxText).toWellFormed()}…` : text.toWellFormed();
    }
  }
}

/** Why a filter said yes or no: its parts with the values they had. */
export function filterEvidence(program: CelProgram, activation: Activation): readonly Evidence[] {
  return explain(program, activation).map(({ source, outcome }) =>
    outcome instanceof CelFailure
      ? { subject: source, error: outcome.message }
      : { subject: source, value: shorten(outcome, maxDepth) },
  );
}
