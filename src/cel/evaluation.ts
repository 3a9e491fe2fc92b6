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
  /** What a secret reads where the event has hashes in the place of secrets: one from the journal. */
  readonly hashOf?: (secret: string) => string;
}

/** Thrown through the evaluation when it has cost more than it may: nothing can absorb it. */
export class BudgetExceeded extends Error {}

/** The longest text an evaluation may make: room for the largest event. */
const maxTextLength = 32 * 1024 * 1024;
/** The longest list an evaluation may make. */
const maxListLength = 4_000_000;

/** How much an evaluation may take. */
export interface EvaluationLimits {
  /** About one unit for each call, step of a loop, or hundred characters. */
  readonly cost: number;
  /** The time it may take, for what costs cannot foresee; none when absent. */
  readonly time?: { readonly limitMs: number; readonly nowMs: () => number };
}

/** Time is looked at after this much cost. */
const costBetweenLooks = 20_000;

/** One run of a program: its variables, and what it has cost so far. */
export class Evaluation {
  readonly variables: Readonly<Record<string, CelValue>>;
  readonly secrets: SecretLookup | undefined;
  /** Values of loop variables, by their slot. */
  readonly locals: CelValue[] = [];
  readonly #limits: EvaluationLimits;
  readonly #deadlineMs: number;
  #cost = 0;
  /** The cost at which limits are looked at next. */
  #nextLook: number;

  constructor(activation: Activation, limits: EvaluationLimits) {
    this.variables = activation.variables;
    this.secrets = activation.secrets;
    this.#limits = limits;
    this.#deadlineMs = limits.time ? limits.time.nowMs() + limits.time.limitMs : Number.POSITIVE_INFINITY;
    this.#nextLook = Math.min(costBetweenLooks, limits.cost);
  }

  /** Adds to the cost: one unit is about one call, one step of a loop, or a hundred characters looked at. */
  charge(units: number): void {
    this.#cost += units;
    if (this.#cost > this.#nextLook) this.look();
  }

  /** Ends the evaluation when it has taken too much. For what may take long without a cost that is known before. */
  look(): void {
    const { cost, time } = this.#limits;
    if (this.#cost > cost) throw new BudgetExceeded(`evaluation cost exceeds the limit of ${cost}`);
    if (time && time.nowMs() > this.#deadlineMs) {
      throw new BudgetExceeded(`evaluation takes longer than ${time.limitMs} ms`);
    }
    this.#nextLook = Math.min(this.#cost + costBetweenLooks, cost);
  }

  /** Charges for a text or bytes that are made, and refuses what is too long. */
  chargeText(length: number): void {
    if (length > maxTextLength)
      throw new BudgetExceeded(`a text of length ${length} exceeds the limit of ${maxTextLength}`);
    this.charge(1 + length / 100);
  }

  /** Charges for a list that is made, and refuses what is too long. */
  chargeList(length: number): void {
    if (length > maxListLength)
      throw new BudgetExceeded(`a list of length ${length} exceeds the limit of ${maxListLength}`);
    this.charge(1 + length / 20);
  }
}

/** A failure whose text is fixed; made once. */
export const noOverload = new CelFailure("no such overload");

/** No variables at all. */
export const emptyActivation: Activation = { variables: Object.create(null) as JsonMap };
