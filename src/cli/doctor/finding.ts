/** Something that the doctor found, or that is well. */
export interface Finding {
  readonly level: "ok" | "warning" | "error";
  /** What was looked at: `permissions`, `references`, `signatures`. */
  readonly check: string;
  readonly message: string;
  /** What to do. */
  readonly hint?: string;
}
