import { isJsonArray, isJsonObject, type JsonValue, member } from "../json/value.ts";
import { place } from "./admit-manifest.ts";
import type { Manifest } from "./manifests.ts";

/** A field of a file's object that knows where it stands; what is wrong is noted with its line. */
export class FieldReader {
  readonly path: string;
  /** Undefined when the field is not there, or null. */
  readonly value: JsonValue | undefined;
  readonly #manifest: Manifest;
  readonly #problems: string[];

  private constructor(manifest: Manifest, problems: string[], path: string, value: JsonValue | undefined) {
    this.#manifest = manifest;
    this.#problems = problems;
    this.path = path;
    this.value = value ?? undefined;
  }

  /** The whole object; `problems` is where complaints go. */
  static of(manifest: Manifest, problems: string[]): FieldReader {
    return new FieldReader(manifest, problems, "", manifest.object as unknown as JsonValue);
  }

  get isGiven(): boolean {
    return this.value !== undefined;
  }

  /** Notes a problem with this field. */
  complain(message: string): void {
    this.#problems.push(place(this.#manifest, this.path, message));
  }

  /** The members of these names; others are complained about. Without a mapping every member is absent. */
  members<Name extends string>(...names: readonly Name[]): Readonly<Record<Name, FieldReader>> {
    if (this.value !== undefined && !isJsonObject(this.value)) this.complain("expected a mapping");
    for (const key of Object.keys(isJsonObject(this.value) ? this.value : {})) {
      if (names.some((name) => name === key)) continue;
      this.#child(key).complain(`unknown field; there is ${names.join(", ")}`);
    }
    return Object.fromEntries(names.map((name) => [name, this.#child(name)])) as Record<Name, FieldReader>;
  }

  /** The members of a mapping whose keys are free. */
  entries(): readonly (readonly [key: string, value: FieldReader])[] {
    if (this.value !== undefined && !isJsonObject(this.value)) this.complain("expected a mapping");
    return Object.keys(isJsonObject(this.value) ? this.value : {}).map((key) => [key, this.#child(key)]);
  }

  /** The items of a list. */
  items(): readonly FieldReader[] {
    if (this.value === undefined) return [];
    if (!isJsonArray(this.value)) {
      this.complain("expected a list");
      return [];
    }
    return this.value.map(
      (item, index) => new FieldReader(this.#manifest, this.#problems, `${this.path}[${index}]`, item),
    );
  }

  text(): string | undefined {
    if (this.value === undefined || typeof this.value === "string") return this.value;
    this.complain("expected text: write it in quotes");
    return undefined;
  }

  /** Text that must be there. */
  requiredText(): string {
    if (!this.isGiven) this.complain("is missing");
    return this.text() ?? "";
  }

  integer(): number | undefined {
    if (this.value === undefined || Number.isSafeInteger(this.value)) return this.value as number | undefined;
    this.complain("expected a whole number");
    return undefined;
  }

  /** One of several words. */
  word<Word extends string>(...words: readonly Word[]): Word | undefined {
    const text = this.text();
    const found = words.find((word) => word === text);
    if (text !== undefined && found === undefined) this.complain(`expected one of ${words.join(", ")}`);
    return found;
  }

  #child(name: string): FieldReader {
    const path = this.path === "" ? name : `${this.path}.${name}`;
    return new FieldReader(this.#manifest, this.#problems, path, member(this.value, name));
  }
}
