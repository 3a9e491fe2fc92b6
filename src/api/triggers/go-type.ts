import { foldFieldName } from "../../json/go-field-name.ts";

/**
 * The Go types of the Triggers API as tables. Decoding follows them field by field, because which keys a webhook
 * accepts, how it words a wrong type and which empty fields it writes back all follow from the Go structs.
 *
 * A type is written as in Go: `string`, `bool`, `int32`, `int64`, `*T`, `[]T`, `map[string]T`, the name of a struct, or
 * one of the types with a JSON form of their own (`SpecialType`). A field is `name:type`; `name!:type` is written even
 * when empty. A struct that is no pointer is always written. `...Name` splices in the fields of another struct.
 */
export type GoType =
  | { readonly kind: "string" | "bool" }
  | { readonly kind: "integer"; readonly bits: 32 | 64 }
  | { readonly kind: "special"; readonly special: SpecialType }
  | { readonly kind: "pointer"; readonly to: GoType }
  | { readonly kind: "list"; readonly of: GoType }
  | { readonly kind: "map"; readonly of: GoType }
  | { readonly kind: "struct"; readonly struct: GoStruct };

/** Types that read and print their own JSON. */
export type SpecialType = (typeof specialTypes)[number];

const specialTypes = ["raw", "quantity", "intOrString", "url", "time", "bytes", "headerValue"] as const;

export interface GoStruct {
  /** As Go prints it in errors, such as `v1beta1.TriggerSpecBinding`. */
  readonly name: string;
  /** In the order in which Go writes them. Filled once all types are known. */
  readonly fields: readonly GoField[];
  /** The field for a key: the exact spelling first, then any case (encoding/json). */
  field(key: string): GoField | undefined;
}

interface GoField {
  readonly name: string;
  readonly type: GoType;
  /** The type as Go prints it in errors. */
  readonly typeName: string;
  readonly alwaysWritten: boolean;
}

/** Struct types by name. */
export type GoTypes = ReadonlyMap<string, GoStruct>;

class Struct implements GoStruct {
  readonly name: string;
  readonly #define: () => readonly GoField[];
  #fields: readonly GoField[] | undefined;
  readonly #exact = new Map<string, GoField>();
  readonly #folded = new Map<string, GoField>();

  constructor(name: string, define: () => readonly GoField[]) {
    this.name = name;
    this.#define = define;
  }

  get fields(): readonly GoField[] {
    if (this.#fields === undefined) {
      this.#fields = this.#define();
      for (const field of this.#fields) {
        this.#exact.set(field.name, field);
        const folded = foldFieldName(field.name);
        if (!this.#folded.has(folded)) this.#folded.set(folded, field);
      }
    }
    return this.#fields;
  }

  field(key: string): GoField | undefined {
    // Reading the fields builds the tables.
    return this.fields && (this.#exact.get(key) ?? this.#folded.get(foldFieldName(key)));
  }
}

/**
 * Builds the types of one Go package. A table maps a struct's name to its fields, separated by white space; names are
 * looked up in the table first, then in `imports`.
 */
export function defineTypes(
  goPackage: string,
  table: Readonly<Record<string, string>>,
  ...imports: readonly GoTypes[]
): GoTypes {
  const types = new Map<string, GoStruct>();
  const find = (name: string): GoStruct => {
    const found = [types, ...imports].map((each) => each.get(name)).find((each) => each !== undefined);
    if (found === undefined) throw new Error(`no Go type is called ${name}`);
    return found;
  };
  for (const [name, fields] of Object.entries(table)) {
    const define = () =>
      fields
        .trim()
        .split(/\s+/)
        .filter((each) => each !== "")
        .flatMap((each) => readField(each, find));
    types.set(name, new Struct(`${goPackage}.${name}`, define));
  }
  return types;
}

function readField(text: string, find: (name: string) => GoStruct): readonly GoField[] {
  if (text.startsWith("...")) return find(text.slice(3)).fields;
  const colon = text.indexOf(":");
  const written = text.slice(0, colon).endsWith("!");
  const type = readType(text.slice(colon + 1), find);
  return [
    {
      name: written ? text.slice(0, colon - 1) : text.slice(0, colon),
      type,
      typeName: goTypeName(type),
      alwaysWritten: written || type.kind === "struct",
    },
  ];
}

function readType(text: string, find: (name: string) => GoStruct): GoType {
  if (text.startsWith("*")) return { kind: "pointer", to: readType(text.slice(1), find) };
  if (text.startsWith("[]")) return { kind: "list", of: readType(text.slice(2), find) };
  if (text.startsWith("map[string]")) return { kind: "map", of: readType(text.slice(11), find) };
  if (text === "string" || text === "bool") return { kind: text };
  if (text === "int32" || text === "int64") return { kind: "integer", bits: text === "int32" ? 32 : 64 };
  const special = specialTypes.find((each) => each === text);
  if (special !== undefined) return { kind: "special", special };
  return { kind: "struct", struct: find(text) };
}

const specialNames: Readonly<Record<SpecialType, string>> = {
  raw: "runtime.RawExtension",
  quantity: "resource.Quantity",
  intOrString: "intstr.IntOrString",
  url: "apis.URL",
  time: "v1.Time",
  bytes: "[]uint8",
  headerValue: "v1beta1.ParamValue",
};

/** A type as Go prints it. */
export function goTypeName(type: GoType): string {
  switch (type.kind) {
    case "string":
    case "bool":
      return type.kind;
    case "integer":
      return `int${type.bits}`;
    case "special":
      return specialNames[type.special];
    case "pointer":
      return `*${goTypeName(type.to)}`;
    case "list":
      return `[]${goTypeName(type.of)}`;
    case "map":
      return `map[string]${goTypeName(type.of)}`;
    case "struct":
      return type.struct.name;
    default:
      return type satisfies never;
  }
}

/** The struct of that name; it must exist. */
export function structOf(types: GoTypes, name: string): GoStruct {
  const found = types.get(name);
  if (found === undefined) throw new Error(`no Go type is called ${name}`);
  return found;
}
