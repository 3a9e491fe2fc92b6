/**
 * Types of the built-in kinds, as their Go structs and OpenAPI extensions make them behave on the wire: which fields
 * exist, what is left out when empty, which lists merge by which keys.
 */
export type GoType =
  | GoStruct
  | { readonly kind: "list"; readonly items: GoType }
  | { readonly kind: "map"; readonly values: GoType }
  | { readonly kind: GoScalar }
  /** Any JSON: RawExtension, JSON, FieldsV1. */
  | { readonly kind: "any" };

/** Scalars by how they are checked and printed. */
type GoScalar =
  | "string"
  | "int32"
  | "int64"
  | "float"
  | "bool"
  | "bytes"
  | "time"
  | "microtime"
  | "quantity"
  | "intstr"
  | "duration";

export interface GoStruct {
  readonly kind: "struct";
  /** The Go name, for messages such as `Go struct field PodSpec.spec.containers`. */
  readonly name: string;
  readonly fields: ReadonlyMap<string, GoField>;
  /** The whole struct is one unit for server-side apply. */
  readonly atomic: boolean;
}

export interface GoField {
  readonly name: string;
  readonly type: GoType;
  /** A pointer keeps an empty value that was given; a plain field drops it. */
  readonly pointer: boolean;
  /** Written even when empty: the field has no `omitempty`. */
  readonly keep: boolean;
  /** Server-side apply's list type (or map type): atomic unless told. */
  readonly merge: FieldMerge;
  /** Strategic merge: `patchMergeKey`; the empty string merges a list of scalars. */
  readonly patchKey?: string;
  /** Strategic merge: `patchStrategy: retainKeys`. */
  readonly retainKeys: boolean;
  /** Strategic merge: `patchStrategy: replace`. */
  readonly replaces: boolean;
}

type FieldMerge =
  | { readonly kind: "granular" }
  | { readonly kind: "atomic" }
  | { readonly kind: "set" }
  | { readonly kind: "keys"; readonly keys: readonly string[] };

const scalars = new Set<string>([
  "string",
  "int32",
  "int64",
  "float",
  "bool",
  "bytes",
  "time",
  "microtime",
  "quantity",
  "intstr",
  "duration",
  "any",
]);

/**
 * Reads struct definitions, one after the other:
 *
 * ```text
 * Name [atomic]
 *   field type flags…
 * ```
 *
 * A type is a scalar, a struct's name, `[]T` or `{}T` (map), with `*` in front for a pointer. Flags: `!` no omitempty;
 * `keys(a,b)`, `set`, `atomic`, for server-side apply; `patch(key)` or `patch()`, `retain`, `replace` for strategic merge.
 */
export class GoTypes {
  readonly #structs = new Map<string, GoStruct & { readonly fields: Map<string, GoField> }>();

  define(text: string): this {
    let fields: Map<string, GoField> | undefined;
    for (const line of text.split("\n")) {
      if (line.trim() === "") continue;
      const words = line.trim().split(/\s+/);
      if (!line.startsWith(" ")) {
        fields = new Map();
        const existing = this.#struct(words[0]!);
        Object.assign(existing, { fields, atomic: words.includes("atomic") });
        continue;
      }
      if (words[0] === "...") {
        // Inlines another struct that is already defined.
        for (const [name, field] of this.#struct(words[1]!).fields) fields!.set(name, field);
        continue;
      }
      const field = this.#field(words);
      fields!.set(field.name, field);
    }
    return this;
  }

  /** The struct of that name, which must be defined. */
  struct(name: string): GoStruct {
    const found = this.#structs.get(name);
    if (!found || found.fields.size === 0) throw new Error(`no type ${name}`);
    return found;
  }

  #struct(name: string): GoStruct & { readonly fields: Map<string, GoField> } {
    let found = this.#structs.get(name);
    if (!found) {
      found = { kind: "struct", name, fields: new Map(), atomic: false };
      this.#structs.set(name, found);
    }
    return found;
  }

  #field(words: readonly string[]): GoField {
    const [name, typeText] = words as [string, string];
    const flags = words.slice(2);
    const pointer = typeText.startsWith("*");
    const type = this.#type(pointer ? typeText.slice(1) : typeText);
    const argument = (flag: string): string | undefined => {
      const found = flags.find((candidate) => candidate.startsWith(`${flag}(`));
      return found?.slice(flag.length + 1, -1);
    };
    const keys = argument("keys");
    const merge: FieldMerge = keys
      ? { kind: "keys", keys: keys.split(",") }
      : flags.includes("set")
        ? { kind: "set" }
        : flags.includes("atomic") || type.kind === "list"
          ? { kind: "atomic" }
          : { kind: "granular" };
    const patchKey = argument("patch");
    return {
      name,
      type,
      pointer,
      keep: flags.includes("!"),
      merge,
      ...(patchKey !== undefined && { patchKey }),
      retainKeys: flags.includes("retain"),
      replaces: flags.includes("replace"),
    };
  }

  #type(text: string): GoType {
    if (text.startsWith("[]")) return { kind: "list", items: this.#type(text.slice(2)) };
    if (text.startsWith("{}")) return { kind: "map", values: this.#type(text.slice(2)) };
    if (scalars.has(text)) return { kind: text as GoScalar | "any" };
    return this.#struct(text);
  }
}
