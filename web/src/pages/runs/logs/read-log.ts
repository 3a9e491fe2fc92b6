import type { LogRecord } from "../../../../../src/dashboard/views/run-log.ts";
import { getStream } from "../../../api/fetch-json.ts";

/**
 * Reads an endpoint of log records until it ends; resolves with whether the log itself has ended, else the connection
 * has. Throws a `ProblemError` when the endpoint refuses.
 */
export async function readLog(path: string, put: (record: LogRecord) => void, signal: AbortSignal): Promise<boolean> {
  const stream = await getStream(path, signal);
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let hasEnded = false;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return hasEnded;
    const records = (rest + value).split("\n");
    rest = records.pop() ?? "";
    for (const text of records) {
      const record = JSON.parse(text) as LogRecord;
      hasEnded = record.kind === "end";
      put(record);
    }
  }
}
