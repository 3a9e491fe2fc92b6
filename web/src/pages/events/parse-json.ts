/** A number with more digits than JavaScript keeps, as it was sent. */
export class ExactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** JSON as a value to look at. */
export type JsonTreeValue =
  | null
  | boolean
  | number
  | string
  | ExactNumber
  | readonly JsonTreeValue[]
  | { readonly [key: string]: JsonTreeValue };

/** Reads JSON; numbers that a double does not hold keep their digits. Undefined when it is no JSON. */
export function parseJson(text: string): JsonTreeValue | undefined {
  // Browsers that tell a number's source text give it as a third argument (ECMAScript, JSON.parse source text access).
  const exact = (_key: string, value: unknown, context?: { readonly source?: string }): unknown =>
    typeof value === "number" && context?.source !== undefined && String(value) !== context.source
      ? new ExactNumber(context.source)
      : value;
  try {
    return JSON.parse(text, exact) as JsonTreeValue;
  } catch {
    return undefined;
  }
}
