import type { Status } from "../../../src/api/object.ts";
import { ProblemError } from "./problem.ts";

/** Path and query of an endpoint; values that are undefined or empty are left out. */
export function apiPath(
  path: readonly string[],
  query: Readonly<Record<string, string | number | undefined>> = {},
): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return `/api/${path.map(encodeURIComponent).join("/")}${text === "" ? "" : `?${text}`}`;
}

/** Reads an endpoint. Throws a `ProblemError` with the Status when it refuses. */
export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await fetch(path, { signal: signal ?? null, headers: { accept: "application/json" } });
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as T;
}

/** Reads an endpoint that answers text. */
export async function getText(path: string, signal?: AbortSignal): Promise<string> {
  const response = await fetch(path, { signal: signal ?? null });
  if (!response.ok) throw await problemOf(response);
  return response.text();
}

/** Opens an endpoint that answers as it goes. Throws a `ProblemError` when it refuses. */
export async function getStream(path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const response = await fetch(path, { signal });
  if (!response.ok) throw await problemOf(response);
  if (response.body === null) throw new Error("the dashboard answered without a body");
  return response.body;
}

/** Posts to an endpoint; `csrfToken` is the session's. */
export async function postJson<T>(
  path: string,
  body: unknown,
  { csrfToken, signal }: { readonly csrfToken?: string; readonly signal?: AbortSignal } = {},
): Promise<T> {
  const response = await fetch(path, {
    method: "POST",
    signal: signal ?? null,
    headers: { "content-type": "application/json", ...(csrfToken === undefined ? {} : { "x-csrf-token": csrfToken }) },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as T;
}

async function problemOf(response: Response): Promise<ProblemError> {
  const fallback: Status = {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: `the dashboard answered ${response.status}`,
    code: response.status,
  };
  try {
    const body = (await response.json()) as Partial<Status>;
    return new ProblemError(body.kind === "Status" ? { ...fallback, ...body } : fallback);
  } catch {
    return new ProblemError(fallback);
  }
}
