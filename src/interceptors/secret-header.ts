import { createHash } from "node:crypto";
import { rememberNames } from "../json/remember-names.ts";

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
export const isSecretHeader = rememberNames((name) => {
  const lower = name.toLowerCase();
  return names.has(lower) || lower.endsWith("-token") || lower.endsWith("-secret") || lower.endsWith("-password");
});

/** What is stored of a secret header's value. */
export function hashSecretValue(value: string): string {
  return `sha256:${createHash("sha256").update(value).digest("hex")}`;
}
