import { CelFailure, type CelValue, type JsonMap } from "./values.ts";

/** What an expression can refer to. */
export interface Activation {
  readonly variables: Readonly<Record<string, CelValue>>;
  readonly secrets?: SecretLookup;
}

/** Secrets that an expression compares with. Values come from outside, so a lookup may have to be repeated later. */
export interface SecretLookup {
  /** The namespace of the trigger: no other can be read. */
  readonly namespace: string;
  /** The value, a failure, or undefined when it must be fetched first; then the evaluation is to be repeated. */
  read(name: string, key: string): string | CelFailure | undefined;
}

/** Thrown through the evaluation when it has cost more than it may: nothing can absorb it. */
export class BudgetExceeded extends Error {}

/** The longest string, list or map an evaluation may make. */
const maxSize = 4_000_000;

/** One run of a program: its variables, and what it has cost so far. */
export class Evaluation {
  readonly variables: Readonly<Record<string, CelValue>>;
  readonly secrets: SecretLookup | undefined;
  /** Values of loop variables, by their slot. */
  readonly locals: CelValue[] = [];
  readonly #costLimit: number;
  #cost = 0;

  constructor(activation: Activation, costLimit: number) {
    this.variables = activation.variables;
    this.secrets = activation.secrets;
    this.#costLimit = costLimit;
  }

  /** Adds to the cost: one unit is about one call, one step of a loop, or a hundred characters looked at. */
  charge(units: number): void {
    this.#cost += units;
    if (this.#cost > this.#costLimit) {
      throw new BudgetExceeded(`evaluation cost exceeds the limit of ${this.#costLimit}`);
    }
  }

  /** Charges for something that has this many elements or characters, and refuses what is too large. */
  chargeSize(size: number): void {
    if (size > maxSize) throw new BudgetExceeded(`a value of size ${size} exceeds the limit of ${maxSize}`);
    this.charge(1 + size / 100);
  }
}

/** A failure whose text is fixed; made once. */
export const noOverload = new CelFailure("no such overload");

/** No variables at all. */
export const emptyActivation: Activation = { variables: Object.create(null) as JsonMap };
