import { optionalTypeName } from "./values.ts";

/** A static type of the checker. */
export interface Type {
  readonly kind:
    | "error"
    | "dyn"
    | "null"
    | "bool"
    | "int"
    | "uint"
    | "double"
    | "string"
    | "bytes"
    | "timestamp"
    | "duration"
    | "any"
    | "type"
    | "list"
    | "map"
    | "wrapper"
    | "message"
    | "opaque"
    | "param";
  /** The name of a message, of an opaque type or of a type parameter. */
  readonly name?: string;
  readonly parameters: readonly Type[];
}

function simple(kind: Type["kind"]): Type {
  return { kind, parameters: [] };
}

export const errorType = simple("error");
export const dynType = simple("dyn");
export const nullType = simple("null");
export const boolType = simple("bool");
export const intType = simple("int");
export const uintType = simple("uint");
export const doubleType = simple("double");
export const stringType = simple("string");
export const bytesType = simple("bytes");
export const timestampType = simple("timestamp");
export const durationType = simple("duration");
export const anyType = simple("any");

export function listOf(element: Type): Type {
  return { kind: "list", parameters: [element] };
}

export function mapOf(key: Type, value: Type): Type {
  return { kind: "map", parameters: [key, value] };
}

export function typeOf(type: Type): Type {
  return { kind: "type", parameters: [type] };
}

export function wrapperOf(type: Type): Type {
  return { kind: "wrapper", parameters: [type] };
}

export function messageType(name: string): Type {
  return { kind: "message", name, parameters: [] };
}

/** A type whose values only functions look into. */
export function opaqueType(name: string, parameters: readonly Type[] = []): Type {
  return { kind: "opaque", name, parameters };
}

/** The type of a value that may be missing. */
export function optionalOf(type: Type): Type {
  return opaqueType(optionalTypeName, [type]);
}

/** What an optional type holds; undefined for other types. */
export function optionalElement(type: Type): Type | undefined {
  return type.kind === "opaque" && type.name === optionalTypeName ? type.parameters[0] : undefined;
}

export function typeParameter(name: string): Type {
  return { kind: "param", name, parameters: [] };
}

/** The type as error texts show it: `map(string, list(int))`. */
export function typeText(type: Type): string {
  const name = type.kind === "error" ? "!error!" : (type.name ?? type.kind);
  return type.parameters.length === 0 ? name : `${name}(${type.parameters.map(typeText).join(", ")})`;
}

export function sameType(a: Type, b: Type): boolean {
  return (
    a === b ||
    (a.kind === b.kind &&
      a.name === b.name &&
      a.parameters.length === b.parameters.length &&
      a.parameters.every((parameter, i) => sameType(parameter, b.parameters[i]!)))
  );
}

export function isDyn(type: Type): boolean {
  return type.kind === "dyn" || type.kind === "any";
}

function isDynOrError(type: Type): boolean {
  return isDyn(type) || type.kind === "error";
}

/** What the type parameters met so far stand for. A failed attempt to unify leaves no trace. */
export class Substitutions {
  #known: ReadonlyMap<string, Type> = new Map();

  /** The type with its known parameters put in; unknown ones stay, or become dyn. */
  apply(type: Type, unknownAsDyn = false): Type {
    const found = type.kind === "param" ? this.#known.get(type.name ?? "") : undefined;
    if (found) return this.apply(found, unknownAsDyn);
    if (type.kind === "param") return unknownAsDyn ? dynType : type;
    if (type.parameters.length === 0) return type;
    return { ...type, parameters: type.parameters.map((parameter) => this.apply(parameter, unknownAsDyn)) };
  }

  /** Whether a value of each given type may stand where the wanted type is; learns what parameters stand for. */
  assignAll(given: readonly Type[], wanted: readonly Type[]): boolean {
    if (given.length !== wanted.length) return false;
    const before = this.#known;
    this.#known = new Map(before);
    if (given.every((type, i) => this.#assign(type, wanted[i]!))) return true;
    this.#known = before;
    return false;
  }

  assign(given: Type, wanted: Type): boolean {
    return this.assignAll([given], [wanted]);
  }

  #assign(a: Type, b: Type): boolean {
    if (b.kind === "param") {
      const { fits, known } = this.#bind(a, b);
      if (fits) return true;
      if (known) return false;
    }
    if (a.kind === "param") return this.#bind(b, a).fits;
    if (isDynOrError(a) || isDynOrError(b)) return true;
    if (a.kind === "null") return isNullable(b);
    if (b.kind === "null") return isNullable(a);
    switch (a.kind) {
      case "list":
      case "map":
      case "opaque":
        return (
          a.kind === b.kind &&
          a.name === b.name &&
          a.parameters.every((parameter, i) => this.#assign(parameter, b.parameters[i]!))
        );
      case "type":
        return b.kind === "type";
      case "wrapper":
        return sameType(a, b) || sameType(a.parameters[0]!, b);
      default:
        return sameType(a, b) || (b.kind === "wrapper" && sameType(b.parameters[0]!, a));
    }
  }

  /** Lets a parameter stand for a type, or compares with what it stands for; the more general of both is kept. */
  #bind(type: Type, parameter: Type): { readonly fits: boolean; readonly known: boolean } {
    if (sameType(type, parameter)) return { fits: true, known: true };
    const name = parameter.name ?? "";
    const current = this.#known.get(name);
    if (current) {
      if (sameType(type, current)) return { fits: true, known: true };
      if (!this.#assign(type, current)) return { fits: false, known: true };
      const general = mostGeneral(type, current);
      if (!this.#mentions(general, parameter)) this.#learn(name, general);
      return { fits: true, known: true };
    }
    if (this.#mentions(type, parameter)) return { fits: false, known: false };
    this.#learn(name, type);
    return { fits: true, known: false };
  }

  #learn(name: string, type: Type): void {
    (this.#known as Map<string, Type>).set(name, type);
  }

  /** Whether the parameter occurs within the type, so that it cannot stand for it. */
  #mentions(type: Type, parameter: Type): boolean {
    if (sameType(type, parameter)) return true;
    if (type.kind === "param") {
      const found = this.#known.get(type.name ?? "");
      return found !== undefined && this.#mentions(found, parameter);
    }
    return type.parameters.some((inner) => this.#mentions(inner, parameter));
  }
}

function isNullable(type: Type): boolean {
  switch (type.kind) {
    case "null":
    case "timestamp":
    case "duration":
    case "message":
    case "wrapper":
    case "any":
    case "dyn":
      return true;
    default:
      return false;
  }
}

/** Of two types that go together, the one that says less. */
export function mostGeneral(a: Type, b: Type): Type {
  return saysNoMore(a, b) ? a : b;
}

function saysNoMore(a: Type, b: Type): boolean {
  if (isDyn(a) || a.kind === "param") return true;
  if (isDyn(b) || b.kind === "param" || a.kind !== b.kind) return false;
  if (a.kind === "type") return true;
  if (a.kind === "list" || a.kind === "map" || (a.kind === "opaque" && a.name === b.name)) {
    return a.parameters.every((parameter, i) => saysNoMore(parameter, b.parameters[i]!));
  }
  return sameType(a, b);
}
