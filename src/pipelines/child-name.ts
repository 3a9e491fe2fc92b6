import { createHash } from "node:crypto";

const maxLength = 63;

/** Name of an object that belongs to another: `parent + suffix`, hashed when too long (spec: pipelines, section 6.3). */
export function childName(parent: string, suffix: string): string {
  if (parent.length + suffix.length <= maxLength) return parent + suffix;
  if (suffix.length < 31) return parent.slice(0, 31 - suffix.length) + md5(parent) + suffix;
  const base = parent.slice(0, 31) + md5(parent + suffix);
  return (base + suffix.slice(0, maxLength - base.length)).replace(/[^a-zA-Z0-9]+$/, "");
}

function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}
