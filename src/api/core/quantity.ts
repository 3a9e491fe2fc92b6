import { parseQuantity, printQuantity } from "../quantity.ts";

/** The form Kubernetes prints (`1000m` is `1`, `1024Mi` is `1Gi`); undefined when the text is no quantity. */
export function canonicalQuantity(text: string): string | undefined {
  const parsed = parseQuantity(text);
  return parsed.ok ? printQuantity(parsed.value) : undefined;
}

/** Negative, zero or positive as `a` is less than, equal to or greater than `b`; both must be quantities. */
export function compareQuantities(a: string, b: string): number {
  const left = parseQuantity(a);
  const right = parseQuantity(b);
  if (!left.ok || !right.ok) return 0;
  return left.value.nanos < right.value.nanos ? -1 : left.value.nanos > right.value.nanos ? 1 : 0;
}
