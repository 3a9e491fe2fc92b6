import { decodeGoBase64 } from "../../json/go-base64.ts";
import { quoteGo } from "../../json/go-print.ts";
import { parseGoUrl, printGoUrl } from "../../json/go-url.ts";
import { err, ok, type Result } from "../../result.ts";
import { parseQuantity, printQuantity } from "../quantity.ts";
import { readGoTime } from "./go-time.ts";
import { type GoStruct, type GoType, goTypeName, type SpecialType } from "./go-type.ts";
import { type JsonShape, type JsonSource, RawJson, setKey } from "./json-source.ts";

/**
 * A decoded value. Fields bear their canonical names; a nil pointer, list or map is absent, and so is a struct that was
 * not given. Quantities, URLs, times and bytes are strings in canonical form.
 */
export type GoValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | RawJson
  | readonly GoValue[]
  | { readonly [field: string]: GoValue };

/** A decoded struct or map. */
export type GoObject = { [field: string]: GoValue };

export interface DecodeOptions {
  /** Refuse unknown keys. */
  readonly strict: boolean;
  /** Top-level keys whose content is decoded leniently although the rest is strict. */
  readonly lenientKey?: string;
}

/**
 * Decodes JSON into a struct as Go's encoding/json does: keys match in any case, the first problem in document order is
 * the error, except that a value which parses itself (a quantity, a URL) stops everything at once
 * (spec: resources, section 3).
 */
export function decodeStruct<T>(
  struct: GoStruct,
  value: T,
  source: JsonSource<T>,
  options: DecodeOptions,
): Result<GoObject, string> {
  const shape = source.inspect(value);
  const lenient = options.lenientKey;
  if (options.strict && lenient !== undefined && shape.kind === "object") {
    const inside = shape.members.filter(([key]) => key === lenient);
    const first = new Decoder(source, false);
    const target = first.members(struct, { kind: "object", members: inside }, {});
    if (first.error !== undefined) return err(first.error);
    const rest = new Decoder(source, true);
    rest.members(struct, { kind: "object", members: shape.members.filter(([key]) => key !== lenient) }, target);
    return rest.error === undefined ? ok(target) : err(rest.error);
  }
  const decoder = new Decoder(source, options.strict);
  const decoded = decoder.value({ kind: "struct", struct }, value, undefined);
  if (decoder.error !== undefined) return err(decoder.error);
  return ok((decoded ?? {}) as GoObject);
}

class Decoder<T> {
  readonly #source: JsonSource<T>;
  readonly #strict: boolean;
  #saved: string | undefined;
  #fatal: string | undefined;
  /** The struct and the fields on the way to the current value, for messages. */
  #struct = "";
  #path: readonly string[] = [];

  constructor(source: JsonSource<T>, strict: boolean) {
    this.#source = source;
    this.#strict = strict;
  }

  get error(): string | undefined {
    return this.#fatal ?? this.#saved;
  }

  /** Decodes one value; `before` is what an earlier duplicate of the key left there. */
  value(type: GoType, value: T, before: GoValue | undefined): GoValue | undefined {
    if (this.#fatal !== undefined) return before;
    const shape = this.#source.inspect(value);
    switch (type.kind) {
      case "pointer":
        return shape.kind === "null" ? undefined : this.value(type.to, value, before);
      case "special":
        return this.#special(type.special, value, shape);
      case "struct":
        if (shape.kind === "null") return before;
        if (shape.kind !== "object") return this.#mismatch(type, shape, before);
        return this.members(type.struct, shape, isObject(before) ? before : {});
      case "map": {
        if (shape.kind === "null") return undefined;
        if (shape.kind !== "object") return this.#mismatch(type, shape, before);
        const map: GoObject = isObject(before) ? { ...before } : {};
        for (const [key, each] of shape.members)
          setKey(map, key, this.value(type.of, each, undefined) ?? zero(type.of));
        return map;
      }
      case "list":
        if (shape.kind === "null") return undefined;
        if (shape.kind !== "array") return this.#mismatch(type, shape, before);
        return shape.items.map((each) => this.value(type.of, each, undefined) ?? zero(type.of));
      case "string":
        if (shape.kind === "null") return before;
        return shape.kind === "string" ? shape.value : this.#mismatch(type, shape, before);
      case "bool":
        if (shape.kind === "null") return before;
        return shape.kind === "bool" ? shape.value : this.#mismatch(type, shape, before);
      case "integer":
        if (shape.kind === "null") return before;
        if (shape.kind !== "number") return this.#mismatch(type, shape, before);
        return readInteger(shape.literal, type.bits) ?? this.#mismatch(type, shape, before);
      default:
        return type satisfies never;
    }
  }

  members(struct: GoStruct, shape: Extract<JsonShape<T>, { kind: "object" }>, target: GoObject): GoObject {
    const outer = { struct: this.#struct, path: this.#path };
    for (const [key, value] of shape.members) {
      if (this.#fatal !== undefined) break;
      const field = struct.field(key);
      if (field === undefined) {
        if (this.#strict) this.#saved ??= `json: unknown field ${quoteGo(key)}`;
        continue;
      }
      this.#struct = struct.name.slice(struct.name.indexOf(".") + 1);
      this.#path = [...outer.path, field.name];
      const decoded = this.value(field.type, value, target[field.name]);
      if (decoded === undefined) delete target[field.name];
      else target[field.name] = decoded;
      this.#struct = outer.struct;
      this.#path = outer.path;
    }
    return target;
  }

  #mismatch(type: GoType, shape: JsonShape<T>, before: GoValue | undefined): GoValue | undefined {
    this.#saved ??= this.#wrongType(describe(type, shape), goTypeName(type));
    return before;
  }

  #wrongType(what: string, typeName: string): string {
    const place = this.#struct === "" ? "Go value" : `Go struct field ${this.#struct}.${this.#path.join(".")}`;
    return `json: cannot unmarshal ${what} into ${place} of type ${typeName}`;
  }

  #special(type: SpecialType, value: T, shape: JsonShape<T>): GoValue | undefined {
    const stop = (message: string): undefined => {
      this.#fatal = message;
      return undefined;
    };
    switch (type) {
      case "raw":
        return shape.kind === "null" ? null : RawJson.from(this.#source, value);
      case "quantity": {
        if (shape.kind === "null") return "0";
        const text =
          shape.kind === "string" ? shape.value : shape.kind === "number" ? shape.literal : this.#source.text(value);
        const quantity = parseQuantity(text.trim());
        return quantity.ok ? printQuantity(quantity.value) : stop(quantity.error);
      }
      case "intOrString": {
        if (shape.kind === "null") return 0;
        if (shape.kind === "string") return shape.value;
        const number = shape.kind === "number" ? readInteger(shape.literal, 32) : undefined;
        return number ?? stop(this.#wrongType(describe({ kind: "integer", bits: 32 }, shape), "int32"));
      }
      case "url": {
        // A URL field is a pointer, so that null does not come here.
        if (shape.kind !== "string") return stop(this.#wrongType(shape.kind, "string"));
        const url = parseGoUrl(shape.value);
        return url.ok ? printGoUrl(url.value) : stop(url.error);
      }
      case "time": {
        if (shape.kind === "null") return undefined;
        if (shape.kind !== "string") return stop(this.#wrongType(shape.kind, "string"));
        const time = readGoTime(shape.value);
        return time.ok ? time.value : stop(time.error);
      }
      case "bytes": {
        if (shape.kind === "null") return undefined;
        if (shape.kind !== "string") return this.#mismatch({ kind: "special", special: type }, shape, undefined);
        const bytes = decodeGoBase64(shape.value);
        if (bytes.ok) return bytes.value.toString("base64");
        this.#saved ??= bytes.error;
        return undefined;
      }
      case "headerValue":
        return this.#headerValue(value, shape);
      default:
        return type satisfies never;
    }
  }

  /** A string, a list of strings or a map of strings; anything else becomes a string of its JSON text. */
  #headerValue(value: T, shape: JsonShape<T>): GoValue {
    if (shape.kind === "string") return shape.value;
    if (shape.kind === "null") return "";
    if (shape.kind === "array") {
      const items = shape.items.map((each) => textOrNull(this.#source.inspect(each)));
      if (items.every((each) => each !== undefined)) return items;
    }
    if (shape.kind === "object") {
      const map: GoObject = {};
      const pairs = shape.members.map(([key, each]) => [key, textOrNull(this.#source.inspect(each))] as const);
      for (const [key, text] of pairs) if (text !== undefined) setKey(map, key, text);
      if (pairs.every(([, text]) => text !== undefined)) return map;
    }
    return this.#source.text(value);
  }
}

function isObject(value: GoValue | undefined): value is GoObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof RawJson);
}

/** What a `null` element is: the zero value of its type. */
function zero(type: GoType): GoValue {
  switch (type.kind) {
    case "string":
      return "";
    case "bool":
      return false;
    case "integer":
      return 0;
    case "special":
      return type.special === "quantity" ? "0" : type.special === "raw" ? null : "";
    case "struct":
      return {};
    case "pointer":
    case "list":
    case "map":
      return null;
    default:
      return type satisfies never;
  }
}

function textOrNull<T>(shape: JsonShape<T>): string | undefined {
  if (shape.kind === "string") return shape.value;
  return shape.kind === "null" ? "" : undefined;
}

function describe<T>(type: GoType, shape: JsonShape<T>): string {
  return shape.kind === "number" && type.kind === "integer" ? `number ${shape.literal}` : shape.kind;
}

function readInteger(literal: string, bits: 32 | 64): number | bigint | undefined {
  if (!/^-?\d+$/.test(literal)) return undefined;
  const exact = BigInt(literal);
  if (BigInt.asIntN(bits, exact) !== exact) return undefined;
  const number = Number(exact);
  return Number.isSafeInteger(number) ? number : exact;
}
