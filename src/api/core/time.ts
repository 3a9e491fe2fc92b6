const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)$/;

/** A metav1.Time: RFC 3339 in UTC, whole seconds; undefined when the text is no time. */
export function canonicalTime(text: string): string | undefined {
  return parts(text)?.seconds;
}

/** A metav1.MicroTime: RFC 3339 in UTC with six decimals; undefined when the text is no time. */
export function canonicalMicroTime(text: string): string | undefined {
  const found = parts(text);
  return found && `${found.seconds.slice(0, -1)}.${found.fraction.padEnd(6, "0").slice(0, 6)}Z`;
}

function parts(text: string): { readonly seconds: string; readonly fraction: string } | undefined {
  const match = rfc3339.exec(text);
  if (!match) return undefined;
  const ms = Date.parse(`${text.slice(0, 19)}${match[8]!}`);
  if (Number.isNaN(ms)) return undefined;
  return { seconds: `${new Date(ms).toISOString().slice(0, 19)}Z`, fraction: match[7] ?? "" };
}

/** Now, as metav1.Time prints it. */
export function timeNow(nowMs: number): string {
  return `${new Date(nowMs).toISOString().slice(0, 19)}Z`;
}
