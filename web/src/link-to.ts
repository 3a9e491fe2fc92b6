import { useSearchParams } from "wouter";

/** Query parameters of a link; undefined or empty ones are left out. */
export type LinkQuery = Readonly<Record<string, string | undefined>>;

/** The namespace that is looked at; undefined for all. */
export function useNamespace(): string | undefined {
  const [search] = useSearchParams();
  const namespace = search.get("namespace")?.trim();
  return namespace === "" ? undefined : namespace;
}

/** A path of the page with further parameters. */
function pagePath(path: readonly string[], query: LinkQuery = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") search.set(name, value);
  }
  const text = search.toString();
  return `/${path.map(encodeURIComponent).join("/")}${text === "" ? "" : `?${text}`}`;
}

/** Makes paths that keep the namespace that is looked at. */
export function useLinkTo(): (path: readonly string[], query?: LinkQuery) => string {
  const namespace = useNamespace();
  return (path, query = {}) => pagePath(path, { namespace, ...query });
}
