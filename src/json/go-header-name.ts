/** RFC 7230 token characters. */
const token = /^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/;

/**
 * The name as Go's net/http writes it (CanonicalMIMEHeaderKey): first letter and letters after `-` upper case, the
 * others lower case. A name that is no HTTP token stays as it is.
 */
export function canonicalHeaderName(name: string): string {
  if (!token.test(name)) return name;
  return name.toLowerCase().replace(/(^|-)[a-z]/g, (part) => part.toUpperCase());
}
