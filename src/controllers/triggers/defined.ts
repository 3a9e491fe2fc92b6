import type { GoObject, GoValue } from "../../api/triggers/go-decode.ts";

/** Leaves out what is undefined. */
export function defined(fields: Readonly<Record<string, unknown>>): GoObject {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as Record<string, GoValue>;
}
