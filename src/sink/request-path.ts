import { goUrl, printGoUrl } from "../json/go-url.ts";

/** The path and query of a request, apart. */
export interface RequestTarget {
  readonly path: string;
  /** Without the question mark; undefined when there is none. */
  readonly query: string | undefined;
}

export function splitTarget(url: string): RequestTarget {
  const mark = url.indexOf("?");
  return mark < 0 ? { path: url, query: undefined } : { path: url.slice(0, mark), query: url.slice(mark + 1) };
}

/**
 * Where a request is redirected whose path is not clean (`//`, `.` or `..`); undefined for a clean one
 * (spec: event processing, section 1).
 */
export function cleanLocation(target: RequestTarget): string | undefined {
  const { path } = target;
  if (path.startsWith("/") && !path.includes("//") && !path.includes("/.")) return undefined;
  const cleaned = cleanPath(path);
  if (cleaned === path) return undefined;
  return printGoUrl(goUrl({ path: cleaned, rawQuery: target.query ?? "" }));
}

function cleanPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  // Only a slash that ends the path itself is kept: `/a/.` becomes `/a`.
  return `/${parts.join("/")}${path.endsWith("/") && parts.length > 0 ? "/" : ""}`;
}
