import {
  type CallExpr,
  type ComprehensionExpr,
  type Expr,
  type MessageExpr,
  qualifiedName,
  type SelectExpr,
} from "./ast.ts";
import type { FunctionDeclaration, Overload } from "./function-table.ts";
import { enumConstants, findMessage, type MessageDeclaration } from "./messages.ts";
import type { SourceError } from "./source.ts";
import {
  boolType,
  bytesType,
  doubleType,
  durationType,
  dynType,
  errorType,
  intType,
  isDyn,
  listOf,
  mapOf,
  mostGeneral,
  nullType,
  optionalElement,
  optionalOf,
  Substitutions,
  sameType,
  stringType,
  type Type,
  timestampType,
  typeOf,
  typeParameter,
  typeText,
  uintType,
} from "./types.ts";
import { type CelValue, kindOf } from "./values.ts";

/** What names mean where an expression is compiled. */
export interface Environment {
  readonly variables: ReadonlyMap<string, Type>;
  readonly functions: ReadonlyMap<string, FunctionDeclaration>;
  /** Messages that can be constructed beside those of protobuf, by full name. */
  readonly messages?: (name: string) => MessageDeclaration | undefined;
  /** Whether `a.?b`, `a[?k]` and the macros of optional values are understood. */
  readonly hasOptionals?: boolean;
  /** The fields of messages that cannot be constructed, by the name of their type. */
  readonly fieldsOf?: (name: string) => Pick<ReadonlyMap<string, Type>, "get"> | undefined;
}

/** What the checker found out about a node that the program needs to know. */
type Reference =
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "local"; readonly name: string }
  | { readonly kind: "type"; readonly name: string }
  | { readonly kind: "constant"; readonly value: bigint }
  /** A function; a namespaced one has no receiver. Overloads are those that fit what is known of the types. */
  | {
      readonly kind: "function";
      readonly name: string;
      readonly isNamespaced: boolean;
      readonly overloads: readonly Overload[];
    };

export interface CheckedExpr {
  readonly expr: Expr;
  readonly references: ReadonlyMap<Expr, Reference>;
  readonly types: ReadonlyMap<Expr, Type>;
}

const typeIdents: Readonly<Record<string, Type>> = {
  bool: boolType,
  bytes: bytesType,
  double: doubleType,
  int: intType,
  uint: uintType,
  string: stringType,
  list: listOf(dynType),
  map: mapOf(dynType, dynType),
  null_type: nullType,
  type: { kind: "type", parameters: [] },
  "google.protobuf.Timestamp": timestampType,
  "google.protobuf.Duration": durationType,
};

const literalTypes: Readonly<Record<string, Type>> = {
  null: nullType,
  bool: boolType,
  int: intType,
  uint: uintType,
  double: doubleType,
  string: stringType,
  bytes: bytesType,
};

function literalType(value: CelValue): Type {
  return literalTypes[kindOf(value)] ?? dynType;
}

interface Scope {
  readonly name: string;
  readonly type: Type;
  readonly outer: Scope | undefined;
}

class Checker {
  readonly errors: SourceError[] = [];
  readonly references = new Map<Expr, Reference>();
  readonly types = new Map<Expr, Type>();
  readonly #environment: Environment;
  readonly #substitutions = new Substitutions();
  #scope: Scope | undefined;
  #fresh = 0;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** The type of a node. What was looked at before keeps its type and is not reported twice. */
  check(expr: Expr): Type {
    const known = this.types.get(expr);
    if (known) return known;
    const type = this.#check(expr);
    this.types.set(expr, type);
    return type;
  }

  #check(expr: Expr): Type {
    switch (expr.kind) {
      case "literal":
        return literalType(expr.value);
      case "ident":
        return this.#ident(expr, expr.name) ?? this.#undeclared(expr, expr.name);
      case "select":
        return this.#select(expr);
      case "call":
        return this.#call(expr);
      case "list": {
        const { elements, optionals } = expr;
        return listOf(this.#join(elements.map((element, i) => this.#entry(element, optionals?.has(i)))));
      }
      case "map": {
        const keys: Type[] = [];
        const values: Type[] = [];
        for (const { key, value, optional } of expr.entries) {
          keys.push(this.check(key));
          values.push(this.#entry(value, optional));
        }
        return mapOf(this.#join(keys), this.#join(values));
      }
      case "message":
        return this.#message(expr);
      case "comprehension":
        return this.#comprehension(expr);
      case "invalid":
        return errorType;
      default:
        return expr satisfies never;
    }
  }

  /** The type that an element of a list, a value of a map or a field gets; an optional one gives what it holds. */
  #entry(expr: Expr, optional: boolean | undefined): Type {
    const type = this.check(expr);
    if (!optional) return type;
    const held = this.#newVariable();
    if (this.#substitutions.assign(type, optionalOf(held))) return this.#substitutions.apply(held);
    this.#expected(expr.at, optionalOf(dynType), type);
    return errorType;
  }

  #report(at: number, message: string): Type {
    this.errors.push({ at, message });
    return errorType;
  }

  #undeclared(expr: Expr, name: string): Type {
    return this.#report(expr.at, `undeclared reference to '${name}' (in container '')`);
  }

  #newVariable(): Type {
    return typeParameter(`_var${this.#fresh++}`);
  }

  /** The type of a name, or undefined when nothing has it; notes what the name refers to. */
  #ident(expr: Expr, written: string): Type | undefined {
    const name = written.startsWith(".") ? written.slice(1) : written;
    if (name === written) {
      for (let scope = this.#scope; scope; scope = scope.outer) {
        if (scope.name !== name) continue;
        this.references.set(expr, { kind: "local", name });
        return scope.type;
      }
    }
    const variable = this.#environment.variables.get(name);
    if (variable) {
      this.references.set(expr, { kind: "variable", name });
      return variable;
    }
    const constant = Object.hasOwn(enumConstants, name) ? enumConstants[name] : undefined;
    if (constant !== undefined) {
      this.references.set(expr, { kind: "constant", value: constant });
      return intType;
    }
    const type = Object.hasOwn(typeIdents, name) ? typeIdents[name] : findMessage(name)?.type;
    if (type === undefined) return undefined;
    this.references.set(expr, { kind: "type", name });
    return typeOf(type);
  }

  #isLocal(name: string): boolean {
    for (let scope = this.#scope; scope; scope = scope.outer) if (scope.name === name) return true;
    return false;
  }

  #select(expr: SelectExpr): Type {
    const name = expr.testOnly ? undefined : qualifiedName(expr);
    if (name !== undefined && !this.#isLocal(name.slice(0, name.indexOf(".")))) {
      const type = this.#ident(expr, name);
      if (type) return type;
    }
    const operand = this.#substitutions.apply(this.check(expr.operand));
    const held = optionalElement(operand);
    const field = this.#fieldType(expr, held ?? operand);
    if (expr.testOnly) return boolType;
    const result = this.#substitutions.apply(field);
    // What is selected from an optional value is optional again.
    return held || expr.optional ? optionalOf(result) : result;
  }

  #fieldType(expr: SelectExpr, operand: Type): Type {
    switch (operand.kind) {
      case "map":
        return operand.parameters[1] ?? dynType;
      case "error":
      case "dyn":
      case "any":
        return dynType;
      case "param":
        // Known to be dyn from here on, so that nothing later makes it a type that has no fields.
        this.#substitutions.assign(dynType, operand);
        return dynType;
      case "message":
        return (
          this.#environment.fieldsOf?.(operand.name ?? "")?.get(expr.field) ??
          this.#report(expr.at, `undefined field '${expr.field}'`)
        );
      default:
        this.#report(expr.at, `type '${typeText(operand)}' does not support field selection`);
        return dynType;
    }
  }

  #call(expr: CallExpr): Type {
    const args = expr.args.map((arg) => this.check(arg));
    const { target } = expr;
    if (target === undefined) {
      const name = expr.name.startsWith(".") ? expr.name.slice(1) : expr.name;
      const declaration = this.#environment.functions.get(name);
      return declaration ? this.#resolve(expr, declaration, undefined, args, true) : this.#undeclared(expr, expr.name);
    }
    const prefix = qualifiedName(target);
    const qualified =
      prefix === undefined ? undefined : `${prefix.startsWith(".") ? prefix.slice(1) : prefix}.${expr.name}`;
    const namespaced = qualified === undefined ? undefined : this.#environment.functions.get(qualified);
    if (namespaced) return this.#resolve(expr, namespaced, undefined, args, true);
    const receiver = this.check(target);
    const declaration = this.#environment.functions.get(expr.name);
    return declaration ? this.#resolve(expr, declaration, receiver, args, false) : this.#undeclared(expr, expr.name);
  }

  #resolve(
    expr: CallExpr,
    declaration: FunctionDeclaration,
    receiver: Type | undefined,
    args: readonly Type[],
    isNamespaced: boolean,
  ): Type {
    const { name } = declaration;
    if (name === "_&&_" || name === "_||_") {
      const wrong = expr.args.filter((arg, i) => {
        const type = args[i] ?? errorType;
        if (this.#substitutions.assign(type, boolType)) return false;
        this.#expected(arg.at, boolType, type);
        return true;
      });
      this.references.set(expr, { kind: "function", name, isNamespaced, overloads: declaration.overloads });
      return wrong.length > 0 ? errorType : boolType;
    }
    const given = receiver ? [receiver, ...args] : args;
    const fitting: Overload[] = [];
    let result: Type | undefined;
    for (const overload of declaration.overloads) {
      if (overload.isMethod !== (receiver !== undefined)) continue;
      const fresh = new Map(overload.typeParameters.map((parameter) => [parameter, this.#newVariable()]));
      const wanted = overload.parameters.map((parameter) => rename(parameter, fresh));
      if (!this.#substitutions.assignAll(given, wanted)) continue;
      fitting.push(overload);
      const type = this.#substitutions.apply(rename(overload.result, fresh));
      if (result === undefined) result = type;
      else if (!isDyn(result) && !sameType(result, type)) result = dynType;
    }
    if (result === undefined) {
      const shown = given.map((type) => typeText(this.#substitutions.apply(type, true)));
      const signature = receiver ? `${shown[0]}.(${shown.slice(1).join(", ")})` : `(${shown.join(", ")})`;
      return this.#report(expr.at, `found no matching overload for '${name}' applied to '${signature}'`);
    }
    this.references.set(expr, { kind: "function", name, isNamespaced, overloads: fitting });
    return result;
  }

  #expected(at: number, wanted: Type, found: Type): void {
    this.#report(at, `expected type '${typeText(wanted)}' but found '${typeText(found)}'`);
  }

  /** The type of all elements of a literal: what they have in common, or dyn; a fresh parameter when there is none. */
  #join(types: readonly Type[]): Type {
    let joined: Type | undefined;
    for (const type of types) {
      if (joined === undefined) joined = type;
      else if (this.#substitutions.assign(joined, type)) joined = mostGeneral(joined, type);
      else joined = dynType;
    }
    return joined ?? this.#newVariable();
  }

  #message(expr: MessageExpr): Type {
    const name = expr.name.startsWith(".") ? expr.name.slice(1) : expr.name;
    const message = findMessage(name) ?? this.#environment.messages?.(name);
    if (message === undefined) {
      const named = this.#ident(expr, expr.name);
      if (named === undefined) return this.#undeclared(expr, expr.name);
      if (named.kind === "type") this.#report(expr.at, `'${name}' is not a message type`);
      else
        this.#report(
          expr.at,
          `'${typeText(named.kind === "wrapper" ? named : { ...named, parameters: [] })}' is not a type`,
        );
    }
    for (const field of expr.fields) {
      const given = this.#entry(field.value, field.optional);
      if (message === undefined) {
        this.#report(field.at, `unexpected failed resolution of '${name}'`);
        continue;
      }
      const wanted = message.fields.get(field.name);
      if (wanted === undefined) this.#report(field.at, `undefined field '${field.name}'`);
      else if (!this.#substitutions.assign(given, wanted)) {
        this.#report(
          field.at,
          `expected type of field '${field.name}' is '${typeText(wanted)}' but provided type is '${typeText(given)}'`,
        );
      }
    }
    return message?.type ?? errorType;
  }

  #comprehension(expr: ComprehensionExpr): Type {
    const range = this.#substitutions.apply(this.check(expr.range));
    const isOptional = expr.macro === "optMap" || expr.macro === "optFlatMap";
    const element = isOptional ? this.#heldType(expr.range, range) : this.#elementType(expr.range, range);
    const outer = this.#scope;
    this.#scope = { name: expr.variable, type: element, outer };
    const result = this.#comprehensionResult(expr, element);
    this.#scope = outer;
    return this.#substitutions.apply(result);
  }

  #heldType(expr: Expr, type: Type): Type {
    const held = optionalElement(type);
    if (held || type.kind === "dyn" || type.kind === "error") return held ?? dynType;
    this.#expected(expr.at, optionalOf(dynType), type);
    return errorType;
  }

  #optionalMacro(macro: "optMap" | "optFlatMap", transform: Expr): Type {
    const type = this.check(transform);
    return optionalOf(macro === "optMap" ? type : this.#heldType(transform, this.#substitutions.apply(type)));
  }

  #elementType(expr: Expr, range: Type): Type {
    switch (range.kind) {
      case "list":
      case "map":
        return range.parameters[0] ?? dynType;
      case "param":
        this.#substitutions.assign(dynType, range);
        return dynType;
      case "dyn":
      case "error":
        return dynType;
      default:
        return this.#report(
          expr.at,
          `expression of type '${typeText(range)}' cannot be range of a comprehension (must be list, map, or dynamic)`,
        );
    }
  }

  /** Follows the types of the loop that the macro stands for, and gives the type of its result. */
  #comprehensionResult(expr: ComprehensionExpr, element: Type): Type {
    const { macro, predicate, transform } = expr;
    if (macro === "optMap" || macro === "optFlatMap") return this.#optionalMacro(macro, transform!);
    if (macro === "all" || macro === "exists") {
      if (predicate) {
        const type = this.check(predicate);
        if (!this.#substitutions.assign(type, boolType)) this.#expected(predicate.at, boolType, type);
      }
      return boolType;
    }
    const accumulator = macro === "exists_one" ? intType : listOf(this.#newVariable());
    const predicateType = predicate && this.check(predicate);
    let step = accumulator;
    if (macro !== "exists_one") {
      const added = macro === "map" && transform ? this.check(transform) : element;
      const common = this.#newVariable();
      this.#substitutions.assignAll([accumulator, listOf(added)], [listOf(common), listOf(common)]);
      step = this.#substitutions.apply(listOf(common));
    }
    if (predicateType) {
      const chosen = this.#newVariable();
      const fits = this.#substitutions.assignAll([predicateType, step, accumulator], [boolType, chosen, chosen]);
      if (!fits) {
        const shown = [predicateType, step, accumulator].map((type) => typeText(this.#substitutions.apply(type, true)));
        this.#report(expr.at, `found no matching overload for '_?_:_' applied to '(${shown.join(", ")})'`);
      }
    }
    this.#substitutions.assign(step, accumulator);
    return macro === "exists_one" ? boolType : accumulator;
  }
}

/** A signature's type with its parameters replaced. */
function rename(type: Type, names: ReadonlyMap<string, Type>): Type {
  if (type.kind === "param") return names.get(type.name ?? "") ?? type;
  if (type.parameters.length === 0) return type;
  return { ...type, parameters: type.parameters.map((parameter) => rename(parameter, names)) };
}

/**
 * Finds the static type of every node and what each name refers to, or all that is wrong with the types
 * (spec: event processing, section 8, "Checker").
 */
export function checkExpression(
  expr: Expr,
  environment: Environment,
): { readonly ok: true; readonly value: CheckedExpr } | { readonly ok: false; readonly error: readonly SourceError[] } {
  const checker = new Checker(environment);
  checker.check(expr);
  if (checker.errors.length > 0) return { ok: false, error: checker.errors };
  return { ok: true, value: { expr, references: checker.references, types: checker.types } };
}
