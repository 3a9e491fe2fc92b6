import type { CallExpr, ComprehensionExpr, Expr, SelectExpr } from "./ast.ts";
import type { CheckedExpr, Environment } from "./checker.ts";
import { type Evaluation, Evaluation as EvaluationRun, emptyActivation, noOverload } from "./evaluation.ts";
import { accepts, noSuchOverload, type Overload } from "./function-table.ts";
import { optionalField, selectField, valueAt, wrongIndex } from "./indexing.ts";
import { findMessage } from "./messages.ts";
import { compilePattern } from "./regex.ts";
import {
  CelFailure,
  CelMap,
  CelOptional,
  CelType,
  CelUint,
  type CelValue,
  goTypeName,
  isList,
  isMap,
  mapEntries,
  type Outcome,
  valuesEqual,
} from "./values.ts";

/** A node made executable. */
export type Step = (evaluation: Evaluation) => Outcome;

/** A step, and its value when that is known before any event comes. */
interface Plan {
  readonly run: Step;
  readonly constant?: CelValue;
}

/** A program that cannot be made, such as one with an invalid constant pattern. */
class PlanError extends Error {}

/** Functions whose constant arguments are converted while the program is made. */
const conversions = new Set([
  "bool",
  "bytes",
  "double",
  "duration",
  "dyn",
  "int",
  "string",
  "timestamp",
  "type",
  "uint",
]);

/** What a constant conversion may cost. */
const constantCost = 100_000;

function failure(value: Outcome | undefined): value is CelFailure {
  return value instanceof CelFailure;
}

function constant(value: CelValue): Plan {
  return { run: () => value, constant: value };
}

class Planner {
  readonly #checked: CheckedExpr;
  readonly #environment: Environment;
  /** Loop variables in scope and their slots. */
  #locals: readonly string[] = [];

  constructor(checked: CheckedExpr, environment: Environment) {
    this.#checked = checked;
    this.#environment = environment;
  }

  plan(expr: Expr): Plan {
    switch (expr.kind) {
      case "literal":
        return constant(expr.value);
      case "ident":
        return this.#reference(expr, expr.name);
      case "select":
        return this.#select(expr);
      case "call":
        return this.#call(expr);
      case "list":
        return this.#list(expr.elements, expr.optionals);
      case "map":
        return this.#map(expr.entries);
      case "message":
        return this.#message(expr.name, expr.fields);
      case "comprehension":
        return { run: this.#comprehension(expr, this.plan(expr.range).run) };
      case "invalid":
        throw new Error("an invalid expression was planned");
      default:
        return expr satisfies never;
    }
  }

  #reference(expr: Expr, written: string): Plan {
    const reference = this.#checked.references.get(expr);
    switch (reference?.kind) {
      case "local": {
        const slot = this.#locals.lastIndexOf(reference.name);
        return { run: (evaluation) => evaluation.locals[slot] as CelValue };
      }
      case "variable": {
        const { name } = reference;
        return { run: (evaluation) => evaluation.variables[name] ?? null };
      }
      case "type":
        return constant(new CelType(reference.name));
      case "constant":
        return constant(reference.value);
      default:
        throw new Error(`the name ${written} was not resolved`);
    }
  }

  #select(expr: SelectExpr): Plan {
    if (this.#checked.references.has(expr)) return this.#reference(expr, expr.field);
    const operand = this.plan(expr.operand).run;
    const { field, testOnly } = expr;
    const select = expr.optional ? optionalField : selectField;
    if (testOnly) {
      return {
        run: (evaluation) => {
          evaluation.charge(0.2);
          const value = operand(evaluation);
          if (failure(value)) return value;
          const found = selectField(value, field);
          if (found instanceof CelOptional && value instanceof CelOptional) return found.value !== undefined;
          return isMap(value) ? !failure(found) : isList(value) ? (found as CelFailure) : false;
        },
      };
    }
    return {
      run: (evaluation) => {
        evaluation.charge(0.2);
        const value = operand(evaluation);
        return failure(value) ? value : select(value, field);
      },
    };
  }

  #list(elements: readonly Expr[], optionals?: ReadonlySet<number>): Plan {
    const plans = elements.map((element) => this.plan(element));
    if (plans.every((plan) => plan.constant !== undefined)) return constant(plans.map((plan) => plan.constant ?? null));
    const runs = plans.map((plan) => plan.run);
    return {
      run: (evaluation) => {
        evaluation.charge(1 + runs.length / 10);
        const list: CelValue[] = [];
        for (let i = 0; i < runs.length; i++) {
          const value = entry(runs[i]!(evaluation), optionals?.has(i));
          if (failure(value)) return value;
          if (value !== undefined) list.push(value);
        }
        return list;
      },
    };
  }

  #map(entries: readonly { readonly key: Expr; readonly value: Expr; readonly optional?: true }[]): Plan {
    const plans = entries.map(({ key, value, optional }) => ({
      key: this.plan(key),
      value: this.plan(value),
      optional,
    }));
    const run: Step = (evaluation) => {
      evaluation.charge(1 + plans.length / 5);
      const map = new CelMap();
      for (const { key, value, optional } of plans) {
        const keyValue = key.run(evaluation);
        if (failure(keyValue)) return keyValue;
        const entryValue = entry(value.run(evaluation), optional);
        if (failure(entryValue)) return entryValue;
        if (entryValue === undefined) continue;
        if (keyValue instanceof Uint8Array) {
          return new CelFailure("internal error: runtime error: hash of unhashable type types.Bytes");
        }
        map.set(keyValue, entryValue);
      }
      return map;
    };
    const isConstant = plans.every(({ key, value }) => key.constant !== undefined && value.constant !== undefined);
    return isConstant ? this.#fold(run) : { run };
  }

  #message(
    name: string,
    fields: readonly { readonly name: string; readonly value: Expr; readonly optional?: true }[],
  ): Plan {
    const fullName = name.startsWith(".") ? name.slice(1) : name;
    const message = findMessage(fullName) ?? this.#environment.messages?.(fullName);
    if (message === undefined) throw new Error(`the message ${name} was not resolved`);
    const plans = fields.map(({ name: field, value, optional }) => ({
      name: field,
      run: this.plan(value).run,
      optional,
    }));
    return {
      run: (evaluation) => {
        const values = new Map<string, CelValue>();
        for (const field of plans) {
          const value = entry(field.run(evaluation), field.optional);
          if (failure(value)) return value;
          if (value !== undefined) values.set(field.name, value);
        }
        return message.construct(values);
      },
    };
  }

  /** Runs what needs no variables now. */
  #fold(run: Step): Plan {
    const value = run(new EvaluationRun(emptyActivation, { cost: constantCost }));
    if (failure(value)) throw new PlanError(value.message);
    return constant(value);
  }

  #call(expr: CallExpr): Plan {
    const reference = this.#checked.references.get(expr);
    if (reference?.kind !== "function") throw new Error(`the function ${expr.name} was not resolved`);
    if (reference.name === "@sortByAssociatedKeys" && expr.target)
      return this.#sortBy(expr, expr.target, reference.overloads);
    const operands = expr.target && !reference.isNamespaced ? [expr.target, ...expr.args] : expr.args;
    const plans = operands.map((operand) => this.plan(operand));
    const runs = plans.map((plan) => plan.run);
    switch (reference.name) {
      case "_&&_":
        return { run: logical(runs, false) };
      case "_||_":
        return { run: logical(runs, true) };
      case "_?_:_":
        return { run: conditional(runs) };
      case "_[_]": {
        const key = plans[1]?.constant;
        const wrong = key === undefined ? undefined : wrongIndex(key, false);
        if (wrong) throw new PlanError(wrong.message);
        return { run: index(runs, this.#isPartOfEvent(operands[1])) };
      }
      case "@in": {
        const set = plans[1]?.constant;
        if (reference.overloads.length === 1 && isList(set ?? null))
          return membership(runs[0]!, set as readonly CelValue[]);
        break;
      }
      case "or":
      case "orValue":
        if (this.#environment.hasOptionals) return { run: alternative(reference.name, runs) };
        break;
      case "matches": {
        const pattern = plans[1]?.constant;
        if (typeof pattern === "string") {
          const compiled = compilePattern(pattern);
          if (!compiled.ok) throw new PlanError(compiled.error);
        }
        break;
      }
      default:
        break;
    }
    const run = this.#invoke(reference.name, runs);
    const isConstantConversion =
      plans.length === 1 && plans[0]?.constant !== undefined && conversions.has(reference.name);
    return isConstantConversion ? this.#fold(run) : { run };
  }

  /** Whether an expression picks a part of a variable by names and positions alone. */
  #isPartOfEvent(expr: Expr | undefined): boolean {
    if (expr?.kind === "ident") return this.#checked.references.get(expr)?.kind === "variable";
    if (expr?.kind === "select") return this.#isPartOfEvent(expr.operand);
    if (expr?.kind !== "call" || expr.name !== "_[_]") return false;
    const [operand, key] = expr.args;
    const isPlain = key?.kind === "literal" && (typeof key.value === "string" || typeof key.value === "bigint");
    return isPlain && this.#isPartOfEvent(operand);
  }

  #invoke(name: string, runs: readonly Step[]): Step {
    const declaration = this.#environment.functions.get(name);
    if (declaration === undefined) throw new Error(`the function ${name} was not resolved`);
    const candidates = declaration.overloads.filter((overload) => overload.parameters.length === runs.length);
    const select = declaration.isGuarded
      ? (args: readonly CelValue[]): Overload | undefined => candidates.find((overload) => accepts(overload, args))
      : (): Overload | undefined => candidates[0];
    return (evaluation) => {
      evaluation.charge(1);
      const args: CelValue[] = [];
      let failed: CelFailure | undefined;
      for (const run of runs) {
        const value = run(evaluation);
        if (failure(value)) failed ??= value;
        else args.push(value);
      }
      if (failed) return failed;
      const overload = select(args);
      return overload ? overload.implementation(...args, evaluation) : noSuchOverload(name, args);
    };
  }

  /** The list is evaluated once, for its keys and for its elements. */
  #sortBy(expr: CallExpr, target: Expr, overloads: readonly Overload[]): Plan {
    const [keys] = expr.args;
    if (keys?.kind !== "comprehension") throw new Error("sortBy without keys");
    const list = this.plan(target).run;
    const slot = this.#locals.length;
    const before = this.#locals;
    this.#locals = [...before, ""];
    const keysOf = this.#comprehension(keys, (evaluation) => evaluation.locals[slot] as CelValue);
    this.#locals = before;
    const name = "@sortByAssociatedKeys";
    return {
      run: (evaluation) => {
        const value = list(evaluation);
        if (failure(value)) return value;
        evaluation.locals[slot] = value;
        const keyValues = keysOf(evaluation);
        if (failure(keyValues)) return keyValues;
        const overload = overloads.find((candidate) => accepts(candidate, [value, keyValues]));
        return overload
          ? overload.implementation(value, keyValues, evaluation)
          : noSuchOverload(name, [value, keyValues]);
      },
    };
  }

  #comprehension(expr: ComprehensionExpr, range: Step): Step {
    const slot = this.#locals.length;
    const before = this.#locals;
    this.#locals = [...before, expr.variable];
    const predicate = expr.predicate ? this.plan(expr.predicate).run : undefined;
    const transform = expr.transform ? this.plan(expr.transform).run : undefined;
    this.#locals = before;
    const { macro } = expr;
    if (macro === "optMap" || macro === "optFlatMap") return optionalMap(macro, range, slot, transform!);
    const loop = loops[macro];
    return (evaluation) => {
      const value = range(evaluation);
      if (failure(value)) return value;
      if (isList(value)) return loop(evaluation, slot, value, predicate, transform);
      if (!isMap(value)) return new CelFailure(`got '${goTypeName(value)}', expected iterable type`);
      const keys = mapEntries(value).map(({ key }) => key);
      return loop(evaluation, slot, keys, predicate, transform);
    };
  }
}

/** What an entry puts into a list, map or message: an optional one what it holds, undefined when it is empty. */
function entry(value: Outcome, optional: boolean | undefined): Outcome | undefined {
  if (!optional || failure(value)) return value;
  return value instanceof CelOptional ? value.value : noOverload;
}

/** `o.or(p)` and `o.orValue(v)`: the second operand counts only when the first is empty. */
function alternative(name: "or" | "orValue", [first, second]: readonly Step[]): Step {
  return (evaluation) => {
    evaluation.charge(1);
    const value = first!(evaluation);
    if (failure(value)) return value;
    if (!(value instanceof CelOptional)) return noOverload;
    if (value.value === undefined) return second!(evaluation);
    return name === "or" ? value : value.value;
  };
}

function optionalMap(macro: "optMap" | "optFlatMap", range: Step, slot: number, transform: Step): Step {
  return (evaluation) => {
    evaluation.charge(1);
    const value = range(evaluation);
    if (failure(value)) return value;
    if (!(value instanceof CelOptional)) return noOverload;
    if (value.value === undefined) return value;
    evaluation.locals[slot] = value.value;
    const made = transform(evaluation);
    return macro === "optFlatMap" || failure(made) ? made : new CelOptional(made);
  };
}

/** `&&` and `||`: an operand that decides wins over all failures; otherwise the first failure is the result. */
function logical(operands: readonly Step[], decisive: boolean): Step {
  return (evaluation) => {
    evaluation.charge(operands.length / 20);
    let failed: CelFailure | undefined;
    for (const operand of operands) {
      const value = operand(evaluation);
      if (value === decisive) return decisive;
      if (typeof value !== "boolean") failed ??= failure(value) ? value : noOverload;
    }
    return failed ?? !decisive;
  };
}

function conditional([test, then, otherwise]: readonly Step[]): Step {
  return (evaluation) => {
    evaluation.charge(0.1);
    const value = test!(evaluation);
    if (typeof value === "boolean") return (value ? then! : otherwise!)(evaluation);
    return failure(value) ? value : noOverload;
  };
}

function index([operand, key]: readonly Step[], isKeyDecoded: boolean): Step {
  return (evaluation) => {
    evaluation.charge(0.2);
    const value = operand!(evaluation);
    if (failure(value)) return value;
    const at = key!(evaluation);
    return failure(at) ? at : (wrongIndex(at, isKeyDecoded) ?? valueAt(value, at));
  };
}

function isPrimitive(value: CelValue): boolean {
  return (
    typeof value === "string" ||
    typeof value === "boolean" ||
    typeof value === "bigint" ||
    typeof value === "number" ||
    value instanceof CelUint
  );
}

/** `x in [...]` where the list is known beforehand. */
function membership(element: Step, list: readonly CelValue[]): Plan {
  if (list.length === 0) return constant(false);
  const isSet = list.every(isPrimitive);
  const strings = list.every((value) => typeof value === "string") ? new Set<CelValue>(list) : undefined;
  return {
    run: (evaluation) => {
      const value = element(evaluation);
      if (failure(value)) return value;
      if (strings) {
        evaluation.charge(1);
        if (typeof value === "string") return strings.has(value);
      }
      if (isSet && value instanceof Uint8Array) {
        return new CelFailure("internal error: runtime error: hash of unhashable type types.Bytes");
      }
      evaluation.charge(1 + list.length / 10);
      return list.some((candidate) => valuesEqual(value, candidate, evaluation));
    },
  };
}

type Loop = (
  evaluation: Evaluation,
  slot: number,
  elements: readonly CelValue[],
  predicate: Step | undefined,
  transform: Step | undefined,
) => Outcome;

/** `all` and `exists`: ends at the first element that decides; failures count only when none does. */
function quantifier(decisive: boolean): Loop {
  return (evaluation, slot, elements, predicate) => {
    let failed: CelFailure | undefined;
    for (const element of elements) {
      evaluation.charge(1);
      evaluation.locals[slot] = element;
      const value = predicate!(evaluation);
      if (value === decisive) return decisive;
      if (typeof value !== "boolean") failed ??= failure(value) ? value : noOverload;
    }
    return failed ?? !decisive;
  };
}

/**
 * `map`, `filter` and `exists_one`. The whole range is gone through: a failure of the predicate replaces an earlier
 * failure, one of the transformation does not, as the loops that these macros stand for have it.
 */
function collect(add: (evaluation: Evaluation, element: CelValue, transform: Step | undefined) => Outcome): Loop {
  return (evaluation, slot, elements, predicate, transform) => {
    const collected: CelValue[] = [];
    let failed: CelFailure | undefined;
    for (const element of elements) {
      evaluation.charge(1);
      evaluation.locals[slot] = element;
      const chosen = predicate ? predicate(evaluation) : true;
      if (chosen === false) continue;
      if (chosen !== true) {
        failed = failure(chosen) ? chosen : noOverload;
        continue;
      }
      const value = add(evaluation, element, transform);
      if (failure(value)) failed ??= value;
      else if (!failed) collected.push(value);
    }
    return failed ?? collected;
  };
}

const filterLoop = collect((_, element) => element);

const loops: Readonly<Record<Exclude<ComprehensionExpr["macro"], "optMap" | "optFlatMap">, Loop>> = {
  all: quantifier(false),
  exists: quantifier(true),
  exists_one: (...args) => {
    const matching = filterLoop(...args);
    return isList(matching) ? matching.length === 1 : matching;
  },
  filter: filterLoop,
  map: collect((evaluation, _, transform) => transform!(evaluation)),
};

/** Makes a checked expression executable. The error is that of a constant that cannot be converted or compiled. */
export function planProgram(
  checked: CheckedExpr,
  environment: Environment,
): { readonly ok: true; readonly value: Step } | { readonly ok: false; readonly error: string } {
  try {
    return { ok: true, value: new Planner(checked, environment).plan(checked.expr).run };
  } catch (error) {
    if (error instanceof PlanError) return { ok: false, error: error.message };
    throw error;
  }
}
