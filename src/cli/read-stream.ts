import { err, ok, type Result } from "../result.ts";
import { type Failure, failure } from "./failure.ts";

/** Hands over what a server streams, as it comes. An interruption by the user is a good end, a lost connection is not. */
export async function readStream<T>(
  items: AsyncIterable<T>,
  { signal, take }: { readonly signal: AbortSignal | undefined; readonly take: (item: T) => void | Promise<void> },
): Promise<Result<void, Failure>> {
  try {
    for await (const item of items) await take(item);
    return ok(undefined);
  } catch (error) {
    // Node.js gives errors of connections a code; any other is our own mistake.
    if (!(error instanceof Error && "code" in error)) throw error;
    return signal?.aborted === true ? ok(undefined) : err(failure(`the server is gone: ${error.message}`));
  }
}
