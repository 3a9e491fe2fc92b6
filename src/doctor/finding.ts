/** Something that the doctor found, or that is well. */
export interface Finding {
  readonly level: "ok" | "warning" | "error";
  /** What was looked at: `permissions`, `references`, `signatures`. */
  readonly check: string;
  readonly message: string;
  /** What to do. */
  readonly hint?: string;
  /** Where it belongs; absent: to the listener as a whole. */
  readonly at?: FindingPlace;
}

export interface FindingPlace {
  /** The path of the trigger's identity. */
  readonly trigger?: string;
  /** The object that is missing or wrong. */
  readonly object?: { readonly kind: string; readonly namespace?: string; readonly name: string };
}
