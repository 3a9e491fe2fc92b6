import type { JsonValue } from "../../json/value.ts";

/** A param or result value (spec: pipelines, section 2). */
export type ParamValue = string | readonly string[] | { readonly [key: string]: string };

export type ParamType = "string" | "array" | "object";

export interface Param {
  readonly name: string;
  readonly value: ParamValue;
}

export interface PropertySpec {
  readonly type?: ParamType;
}

export interface ParamSpec {
  readonly name: string;
  readonly type?: ParamType;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, PropertySpec>>;
  readonly default?: ParamValue;
  readonly enum?: readonly string[];
}

/** The type that a value has by its shape. */
export function typeOfValue(value: ParamValue): ParamType {
  if (typeof value === "string") return "string";
  return Array.isArray(value) ? "array" : "object";
}

/** The declared type, or what it is when left out: object with properties, else the default's type, else string. */
export function typeOfSpec(spec: ParamSpec): ParamType {
  if (spec.type !== undefined) return spec.type;
  if (spec.properties !== undefined) return "object";
  return spec.default === undefined ? "string" : typeOfValue(spec.default);
}

/** A value as read from JSON: anything but string, list of strings and object of strings becomes its JSON text. */
export function paramValueOf(json: JsonValue): ParamValue {
  if (typeof json === "string") return json;
  if (json === null) return "";
  if (Array.isArray(json)) {
    const items = json as readonly JsonValue[];
    if (items.every((item) => typeof item === "string" || item === null)) {
      return items.map((item) => (typeof item === "string" ? item : ""));
    }
    return jsonText(json);
  }
  if (typeof json === "object") {
    const entries = Object.entries(json);
    if (entries.every(([, value]) => typeof value === "string" || value === null)) {
      return Object.fromEntries(entries.map(([key, value]) => [key, typeof value === "string" ? value : ""]));
    }
  }
  return jsonText(json);
}

/** Compact JSON text; integers too large for a double keep their digits. */
export function jsonText(json: JsonValue): string {
  if (typeof json === "bigint") return json.toString();
  if (Array.isArray(json)) return `[${(json as readonly JsonValue[]).map(jsonText).join(",")}]`;
  if (typeof json === "object" && json !== null) {
    return `{${Object.entries(json)
      .map(([key, value]) => `${JSON.stringify(key)}:${jsonText(value)}`)
      .join(",")}}`;
  }
  return JSON.stringify(json);
}
