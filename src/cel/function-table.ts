import type { Evaluation } from "./evaluation.ts";
import {
  anyType,
  boolType,
  bytesType,
  doubleType,
  durationType,
  dynType,
  intType,
  listOf,
  mapOf,
  nullType,
  optionalOf,
  stringType,
  type Type,
  timestampType,
  typeOf,
  typeParameter,
  uintType,
} from "./types.ts";
import { CelFailure, CelOpaque, type CelValue, kindOf, type Outcome, typeName } from "./values.ts";

/**
 * What a function does. Arguments have the types of its signature when it is called; the evaluation comes last, for
 * those that charge costs or need secrets.
 */
type Implementation = (...args: never[]) => Outcome;

/** One overload: its signature, such as `string.charAt(int) -> string`, and what it does. */
export type FunctionRow = readonly [signature: string, implementation: Implementation];

/** One form in which a function can be called. */
export interface Overload {
  readonly signature: string;
  readonly isMethod: boolean;
  /** The receiver first, when it is a method. */
  readonly parameters: readonly Type[];
  readonly result: Type;
  readonly typeParameters: readonly string[];
  readonly implementation: (...args: readonly (CelValue | Evaluation)[]) => Outcome;
  /** What kinds of value it takes, or names of opaque types; `any` where every kind goes. */
  readonly kinds: readonly string[];
}

/** A declared function. */
export interface FunctionDeclaration {
  readonly name: string;
  readonly overloads: readonly Overload[];
  /** Operators and the oldest functions look at their arguments themselves and are not guarded by overload. */
  readonly isGuarded: boolean;
}

const simpleTypes: Readonly<Record<string, Type>> = {
  any: anyType,
  dyn: dynType,
  null: nullType,
  bool: boolType,
  int: intType,
  uint: uintType,
  double: doubleType,
  string: stringType,
  bytes: bytesType,
  timestamp: timestampType,
  duration: durationType,
  A: typeParameter("A"),
  B: typeParameter("B"),
};

/** Types of a library's own, by the names that its signatures use. */
type OwnTypes = Readonly<Record<string, Type>>;

/** Splits at the commas that are within no parentheses. */
function splitTypes(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "(") depth++;
    else if (text[i] === ")") depth--;
    else if (text[i] === "," && depth === 0) {
      parts.push(text.slice(from, i).trim());
      from = i + 1;
    }
  }
  const last = text.slice(from).trim();
  return last === "" && parts.length === 0 ? [] : [...parts, last];
}

function parseType(text: string, own: OwnTypes): Type | undefined {
  if (Object.hasOwn(simpleTypes, text)) return simpleTypes[text];
  if (Object.hasOwn(own, text)) return own[text];
  const match = /^(list|map|type|optional)\((.*)\)$/.exec(text);
  if (match === null) return undefined;
  const parameters = splitTypes(match[2] ?? "").map((parameter) => parseType(parameter, own));
  const [first, second] = parameters;
  if (first === undefined || parameters.includes(undefined)) return undefined;
  if (match[1] === "map") return second && mapOf(first, second);
  if (match[1] === "optional") return optionalOf(first);
  return match[1] === "list" ? listOf(first) : typeOf(first);
}

function requireType(text: string, signature: string, own: OwnTypes): Type {
  const type = parseType(text, own);
  if (type === undefined) throw new Error(`no such type in the signature ${signature}: ${text}`);
  return type;
}

function parametersIn(type: Type): readonly string[] {
  return type.kind === "param" ? [type.name ?? ""] : type.parameters.flatMap(parametersIn);
}

function runtimeKind(type: Type): string {
  switch (type.kind) {
    case "dyn":
    case "any":
    case "param":
    case "error":
    case "wrapper":
    case "message":
      return "any";
    case "opaque":
      return type.name ?? "any";
    default:
      return type.kind;
  }
}

function parseRow([signature, implementation]: FunctionRow, own: OwnTypes): Overload & { readonly name: string } {
  const arrow = signature.lastIndexOf(" -> ");
  const head = signature.slice(0, arrow);
  let open = head.length - 1;
  for (let depth = 0; open >= 0; open--) {
    if (head[open] === ")") depth++;
    else if (head[open] === "(" && --depth === 0) break;
  }
  const full = head.slice(0, open);
  const dot = full.lastIndexOf(".");
  const receiver = dot < 0 ? undefined : parseType(full.slice(0, dot), own);
  const args = splitTypes(head.slice(open + 1, -1)).map((text) => requireType(text, signature, own));
  const parameters = receiver ? [receiver, ...args] : args;
  const result = requireType(signature.slice(arrow + 4), signature, own);
  return {
    name: receiver ? full.slice(dot + 1) : full,
    signature,
    isMethod: receiver !== undefined,
    parameters,
    result,
    typeParameters: [...new Set([...parameters, result].flatMap(parametersIn))],
    implementation: implementation as unknown as Overload["implementation"],
    kinds: parameters.map(runtimeKind),
  };
}

/** A library's declarations by name, from its table. */
export function declare(
  rows: readonly FunctionRow[],
  options: { readonly isGuarded: boolean; readonly types?: OwnTypes },
): FunctionDeclaration[] {
  const byName = new Map<string, Overload[]>();
  for (const row of rows) {
    const { name, ...overload } = parseRow(row, options.types ?? {});
    const overloads = byName.get(name);
    if (overloads) overloads.push(overload);
    else byName.set(name, [overload]);
  }
  return [...byName].map(([name, overloads]) => ({ name, overloads, isGuarded: options.isGuarded }));
}

/** Joins libraries. A name that two of them declare has the overloads of both. */
export function mergeDeclarations(
  libraries: readonly (readonly FunctionDeclaration[])[],
): ReadonlyMap<string, FunctionDeclaration> {
  const merged = new Map<string, FunctionDeclaration>();
  for (const declaration of libraries.flat()) {
    const known = merged.get(declaration.name);
    merged.set(
      declaration.name,
      known ? { ...known, overloads: [...known.overloads, ...declaration.overloads] } : declaration,
    );
  }
  return merged;
}

/** `no such overload: charAt(string, double)`. */
export function noSuchOverload(name: string, args: readonly CelValue[]): CelFailure {
  return new CelFailure(`no such overload: ${name}(${args.map(typeName).join(", ")})`);
}

/** Whether the values are of the kinds that the overload takes. */
export function accepts(overload: Overload, args: readonly CelValue[]): boolean {
  const { kinds } = overload;
  if (kinds.length !== args.length) return false;
  for (let i = 0; i < kinds.length; i++) {
    const kind = kinds[i];
    if (kind === "any") continue;
    const value = args[i] as CelValue;
    if (kind !== (value instanceof CelOpaque ? value.typeName : kindOf(value))) return false;
  }
  return true;
}
