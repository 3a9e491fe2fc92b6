import { createHash } from "node:crypto";

/** Headers whose values let somebody in: they are never shown, and only their hash is stored. */
const names: ReadonlySet<string> = new Set([
  "authorization",
  "cookie",
  "proxy-authorization",
  "x-api-key",
  "x-auth-token",
  "x-gitlab-token",
]);

/** Whether a header holds a secret itself; signatures do not, as they say nothing about the key. */
export function isSecretHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return names.has(lower) || lower.endsWith("-token") || lower.endsWith("-secret") || lower.endsWith("-password");
}

/** What is stored of a secret header's value. */
export function hashSecretValue(value: string): string {
  return `sha256:${createHash("sha256").update(value).digest("hex")}`;
}
