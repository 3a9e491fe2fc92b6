import { err, ok, type Result } from "../../result.ts";

/** Why nothing was fetched: the server answered something else than 200, or not at all. */
export type FetchFailure =
  | { readonly kind: "status"; readonly status: number }
  | { readonly kind: "failed"; readonly cause: string };

/** The body of a URL that answers 200, up to so many bytes. */
export async function fetchBody(
  url: string,
  headers: Readonly<Record<string, string>>,
  options: { readonly signal: AbortSignal; readonly maxBytes: number },
): Promise<Result<Uint8Array, FetchFailure>> {
  try {
    const response = await fetch(url, { headers, signal: options.signal, redirect: "follow" });
    if (response.status !== 200) {
      await response.body?.cancel();
      return err({ kind: "status", status: response.status });
    }
    const body = await readBody(response, options.maxBytes);
    return body.ok ? body : err({ kind: "failed", cause: body.error });
  } catch (error) {
    const cause = !(error instanceof Error)
      ? String(error)
      : error.cause instanceof Error
        ? error.cause.message
        : error.message;
    return err({ kind: "failed", cause });
  }
}

/** A response's body, counted while it comes. */
export async function readBody(response: Response, maxBytes: number): Promise<Result<Uint8Array, string>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) return err(`the answer has more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return ok(Buffer.concat(chunks));
}
