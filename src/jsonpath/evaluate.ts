import { err, ok, type Result } from "../result.ts";
import { compareValues } from "./compare.ts";
import type { ArrayNode, FilterNode, Path, PathNode } from "./parse.ts";
import {
  childrenOf,
  countChildren,
  fieldOf,
  formatPathValue,
  GoInteger,
  isPathArray,
  type PathValue,
  typeNameOf,
} from "./value.ts";

/**
 * Values that the evaluation of one path may visit and produce, all steps together. Recursive descents and unions
 * multiply; an event must not be able to make them explode.
 */
const maxPathSteps = 1_000_000;

export interface EvaluateOptions {
  /** Whether a field that no value has gives nothing, instead of being an error. */
  readonly allowsMissingKeys?: boolean;
}

/** What a path found. */
export interface Found {
  readonly values: readonly PathValue[];
  /** The word `range` ran, after which Kubernetes prints nothing. */
  readonly isRange: boolean;
}

/**
 * Evaluates the path on the root (spec: event processing, section 4). Errors are the texts that users of Tekton know,
 * or that the path needs more than `maxPathSteps`.
 */
export function evaluatePath(path: Path, root: PathValue, options: EvaluateOptions = {}): Result<Found, string> {
  const evaluation = new Evaluation(options.allowsMissingKeys === true);
  const { values, error } = evaluation.path(path, [root]);
  if (evaluation.isExhausted) return err(`the path needs more than ${maxPathSteps} steps on this event`);
  return error === undefined ? ok({ values, isRange: evaluation.isRange }) : err(error);
}

/** The values after a step; beside an error, those that an existence test counts all the same. */
interface Outcome {
  readonly values: readonly PathValue[];
  readonly error?: string;
}

const nothing: Outcome = { values: [] };

class Evaluation {
  isRange = false;
  isExhausted = false;
  readonly #allowsMissingKeys: boolean;
  #stepsLeft = maxPathSteps;

  constructor(allowsMissingKeys: boolean) {
    this.#allowsMissingKeys = allowsMissingKeys;
  }

  path(path: Path, values: readonly PathValue[]): Outcome {
    let current: Outcome = { values };
    for (const node of path) {
      current = this.#step(node, current.values);
      if (current.error !== undefined || this.isExhausted) return current;
    }
    return current;
  }

  /** Whether so many more values may be visited. */
  #spend(steps: number): boolean {
    this.#stepsLeft -= steps;
    if (this.#stepsLeft < 0) this.isExhausted = true;
    return !this.isExhausted;
  }

  #step(node: PathNode, values: readonly PathValue[]): Outcome {
    if (!this.#spend(values.length + 1)) return nothing;
    switch (node.kind) {
      case "field":
        return this.#field(node.name, values);
      case "wildcard":
        return this.#wildcard(values);
      case "recursive":
        return this.#recursive(values);
      case "array":
        return this.#array(node, values);
      case "union":
        return this.#union(node.branches, values);
      case "filter":
        return this.#filter(node, values);
      case "text":
        return { values: [node.text] };
      case "integer":
        return { values: values.map(() => new GoInteger("int", node.value)) };
      case "float":
      case "bool":
        return { values: values.map(() => node.value) };
      case "identifier":
        return this.#identifier(node.name, values);
      default:
        return node satisfies never;
    }
  }

  #field(name: string, values: readonly PathValue[]): Outcome {
    if (values.length === 0) return nothing;
    const found: PathValue[] = [];
    for (const value of values) {
      const field = fieldOf(value, name);
      if (field !== undefined) found.push(field);
    }
    if (found.length > 0 || this.#allowsMissingKeys) return { values: found };
    return { values: found, error: `${name} is not found` };
  }

  #wildcard(values: readonly PathValue[]): Outcome {
    const found: PathValue[] = [];
    for (const value of values) {
      if (!this.#spend(countChildren(value))) return nothing;
      for (const child of childrenOf(value)) found.push(child);
    }
    return { values: found };
  }

  /** All that has children, each before its descendants. */
  #recursive(values: readonly PathValue[]): Outcome {
    const found: PathValue[] = [];
    const todo = [...values].reverse();
    while (todo.length > 0) {
      const value = todo.pop() as PathValue;
      if (typeof value === "string") {
        if (value !== "") found.push(value); // its bytes have no children
        continue;
      }
      const count = countChildren(value);
      if (count === 0) continue;
      if (!this.#spend(count)) return nothing;
      found.push(value);
      const children = childrenOf(value);
      for (let i = children.length - 1; i >= 0; i--) todo.push(children[i] as PathValue);
    }
    return { values: found };
  }

  #array(node: ArrayNode, values: readonly PathValue[]): Outcome {
    const found: PathValue[] = [];
    for (const value of values) {
      if (value === null) continue;
      if (!isPathArray(value)) return { values, error: `${typeNameOf(value)} is not array or slice` };
      const range = sliceOf(node, value.length);
      if (!range.ok) return { values, error: range.error };
      // Kubernetes returns here, without a look at the remaining values.
      if (!range.value) return { values: found };
      const { start, end, step } = range.value;
      if (!this.#spend(Math.ceil((end - start) / step))) return nothing;
      for (let i = start; i < end; i += step) found.push(value[i] as PathValue);
    }
    return { values: found };
  }

  #union(branches: readonly Path[], values: readonly PathValue[]): Outcome {
    const found: PathValue[] = [];
    for (const branch of branches) {
      const outcome = this.path(branch, values);
      if (this.isExhausted) return nothing;
      if (outcome.error !== undefined) return { values, error: outcome.error };
      for (const value of outcome.values) found.push(value);
    }
    return { values: found };
  }

  #filter(node: FilterNode, values: readonly PathValue[]): Outcome {
    const found: PathValue[] = [];
    for (const value of values) {
      if (!isPathArray(value)) {
        return { values, error: `${formatPathValue(value)} is not array or slice and cannot be filtered` };
      }
      for (const item of value) {
        const left = this.path(node.left, [item]);
        if (this.isExhausted) return nothing;
        if (!node.right) {
          if (left.values.length > 0) found.push(item);
          continue;
        }
        if (left.error !== undefined) return { values, error: left.error };
        if (left.values.length === 0) continue;
        if (left.values.length > 1) return { values, error: onlyOne };
        const right = this.path(node.right, [item]);
        if (this.isExhausted) return nothing;
        if (right.error !== undefined) return { values, error: right.error };
        if (right.values.length === 0) continue;
        if (right.values.length > 1) return { values, error: onlyOne };
        const passes = compareValues(left.values[0] as PathValue, node.operator, right.values[0] as PathValue);
        if (!passes.ok) return { values: found, error: passes.error };
        if (passes.value) found.push(item);
      }
    }
    return { values: found };
  }

  #identifier(name: string, values: readonly PathValue[]): Outcome {
    if (name === "range") {
      this.isRange = true;
      return { values };
    }
    if (name === "end") return { values: [], error: "not in range, nothing to end" };
    return { values, error: `unrecognized identifier ${name}` };
  }
}

const onlyOne = "can only compare one element at a time";

interface Slice {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** Which items are meant; undefined when start and end are equal, which is allowed and gives none. */
function sliceOf(node: ArrayNode, length: number): Result<Slice | undefined, string> {
  const size = BigInt(length);
  let start = node.start ?? 0n;
  let end = node.isSingle ? BigInt.asIntN(64, start + 1n) : (node.end ?? size);
  if (start < 0n) start += size;
  if (end < 0n || (end === 0n && node.isSingle)) end += size;
  if (start === end) return ok(undefined);
  if (start >= size || start < 0n) return err(`array index out of bounds: index ${start}, length ${size}`);
  if (end > size || end < 0n) return err(`array index out of bounds: index ${end - 1n}, length ${size}`);
  if (start > end) return err(`starting index ${start} is greater than ending index ${end}`);
  const step = node.step ?? 1n;
  if (step <= 0n) return err("step must be > 0");
  return ok({ start: Number(start), end: Number(end), step: Number(step) });
}
