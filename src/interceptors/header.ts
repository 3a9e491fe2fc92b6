/** Header name to its values, as an interceptor request carries them. */
type Header = Readonly<Record<string, readonly string[]>>;

/**
 * The first value of a header, its name compared as Go's canonical form does: without regard to case; empty when it
 * is absent. The exact canonical name wins over other spellings (spec: event processing, section 7).
 */
export function headerValue(header: Header, canonicalName: string): string {
  if (Object.hasOwn(header, canonicalName)) return header[canonicalName]?.[0] ?? "";
  const wanted = canonicalName.toLowerCase();
  for (const name of Object.keys(header)) {
    if (name.length === wanted.length && name.toLowerCase() === wanted) return header[name]?.[0] ?? "";
  }
  return "";
}

/** The media type that HTML forms send; interceptors compare the header with it exactly, without parameters. */
export const formMediaType = "application/x-www-form-urlencoded";
