import type { JsonObject } from "../../json/value.ts";
import type { FieldProblem } from "./field-problem.ts";
import type { Fields } from "./fields.ts";

/** How the names of a kind must look. */
export type NameRule = "subdomain" | "label" | "label1035" | "path";

/** What is particular to a built-in kind: pure functions over its JSON form. */
export interface KindStrategy {
  readonly nameRule: NameRule;
  /** Objects carry a generation. */
  readonly generation: boolean;
  /** A change of annotations alone counts as a new generation. */
  readonly annotationsCount?: boolean;
  /** What DELETE does to an object beside marking it, in place. */
  markDeleted?(object: Fields, time: string): void;
  /** Fills in defaults, in place; runs on every object decoded. */
  default?(object: Fields): void;
  /** What the server decides at creation, in place. `status` is already cleared. */
  prepareForCreate?(object: Fields): void;
  /** Restores or sets what an update may not decide, in place. */
  prepareForUpdate?(object: Fields, old: JsonObject): void;
  validate?(object: JsonObject): readonly FieldProblem[];
  /** In addition to `validate`. */
  validateUpdate?(object: JsonObject, old: JsonObject): readonly FieldProblem[];
  validateStatusUpdate?(object: JsonObject, old: JsonObject): readonly FieldProblem[];
  /** Updates by a sub-resource that follow rules of their own, in place of those above. */
  readonly subresources?: Readonly<Record<string, SubresourceStrategy>>;
  /** A new object keeps the status that it is sent with. */
  readonly keepsStatus?: boolean;
  /** PUT of an absent object creates it. */
  readonly createOnUpdate?: boolean;
  /** PUT must say which resourceVersion it replaces. */
  readonly conditionalUpdate?: boolean;
  /** DELETE answers with the object instead of a Status. */
  readonly answersDeleted?: boolean;
  /** Fields other than metadata.name and metadata.namespace that a field selector may name, with their values. */
  fieldLabels?(object: JsonObject): Readonly<Record<string, string>>;
}

/** What a write by one sub-resource, other than status, may change. */
export interface SubresourceStrategy {
  /** Restores what the request may not decide, in place. */
  prepareForUpdate(object: Fields, old: JsonObject): void;
  validateUpdate?(object: JsonObject, old: JsonObject): readonly FieldProblem[];
}

/** For kinds without rules of their own. */
export const plainStrategy: KindStrategy = { nameRule: "subdomain", generation: false };
