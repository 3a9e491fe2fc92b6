import type { ParamValue } from "../api/pipelines/param.ts";
import { wholeVariable } from "../api/pipelines/variable-reference.ts";

type ObjectValue = Readonly<Record<string, string>>;

/**
 * Values for `$(name)`. One pass: what a value contains is not expanded again, and names that nobody set stay as text
 * (spec: pipelines, section 8).
 */
export class Variables {
  readonly #strings: Map<string, string>;
  readonly #arrays: Map<string, readonly string[]>;
  readonly #objects: Map<string, ObjectValue>;

  constructor(base?: Variables) {
    this.#strings = new Map(base === undefined ? [] : base.#strings);
    this.#arrays = new Map(base === undefined ? [] : base.#arrays);
    this.#objects = new Map(base === undefined ? [] : base.#objects);
  }

  /** One plain name, such as `context.taskRun.name`. */
  set(name: string, value: string): this {
    this.#strings.set(name, value);
    return this;
  }

  /** A value under all three notations of its name, with its items or keys. */
  setNamed(prefix: string, name: string, value: ParamValue, suffix = ""): this {
    for (const spelled of [`${prefix}.${name}`, `${prefix}['${name}']`, `${prefix}["${name}"]`]) {
      const full = `${spelled}${suffix}`;
      if (typeof value === "string") this.#strings.set(full, value);
      else if (isList(value)) {
        this.#arrays.set(full, value);
        this.#arrays.set(`${full}[*]`, value);
        value.forEach((item, index) => {
          this.#strings.set(`${full}[${index}]`, item);
        });
      } else {
        this.#objects.set(full, value);
        this.#objects.set(`${full}[*]`, value);
        for (const [key, item] of Object.entries(value)) this.#strings.set(`${full}.${key}`, item);
      }
    }
    return this;
  }

  /** A result's value under the notations of its name: `tasks.t.results.r`. */
  setResult(owner: string, name: string, value: ParamValue): this {
    return this.setNamed(`${owner}.results`, name, value);
  }

  /** A list under exactly this name and with `[*]`. */
  setArray(name: string, value: readonly string[]): this {
    this.#arrays.set(name, value);
    return this;
  }

  has(name: string): boolean {
    return this.#strings.has(name) || this.#arrays.has(name) || this.#objects.has(name);
  }

  /** A text with its string variables replaced. */
  text(text: string): string {
    let at = text.indexOf("$(");
    if (at === -1) return text;
    let result = "";
    let from = 0;
    while (at !== -1) {
      const end = text.indexOf(")", at + 2);
      if (end === -1) break;
      const value = this.#strings.get(text.slice(at + 2, end));
      if (value === undefined) at = text.indexOf("$(", at + 2);
      else {
        result += text.slice(from, at) + value;
        from = end + 1;
        at = text.indexOf("$(", from);
      }
    }
    return from === 0 ? text : result + text.slice(from);
  }

  /** Items of a list: one that is exactly an array variable spreads. */
  items(items: readonly string[]): readonly string[] {
    return items.flatMap((item) => {
      const whole = item.startsWith("$(") ? wholeVariable(item) : undefined;
      const spread = whole === undefined ? undefined : this.#arrays.get(whole);
      return spread ?? [this.text(item)];
    });
  }

  /** A param value: a string that is exactly an array or object variable becomes that. */
  value(value: ParamValue): ParamValue {
    if (typeof value === "string") {
      const whole = value.startsWith("$(") ? wholeVariable(value) : undefined;
      if (whole !== undefined) {
        const replaced = this.#arrays.get(whole) ?? this.#objects.get(whole);
        if (replaced !== undefined) return replaced;
      }
      return this.text(value);
    }
    if (isList(value)) return this.items(value);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.text(item)]));
  }

  /** A text in which array and object variables appear as JSON, as the input of a when expression has them. */
  input(text: string): string {
    const whole = wholeVariable(text);
    const replaced = whole === undefined ? undefined : (this.#arrays.get(whole) ?? this.#objects.get(whole));
    return replaced === undefined ? this.text(text) : JSON.stringify(replaced);
  }

  /** Every text inside a value. Lists spread array variables. */
  deep<T>(value: T): T {
    return this.#deep(value) as T;
  }

  #deep(value: unknown): unknown {
    if (typeof value === "string") return this.text(value);
    if (Array.isArray(value)) {
      return value.every((item) => typeof item === "string")
        ? this.items(value)
        : value.map((item: unknown) => this.#deep(item));
    }
    if (typeof value === "object" && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.#deep(item)]));
    }
    return value;
  }
}

function isList(value: ParamValue): value is readonly string[] {
  return Array.isArray(value);
}
