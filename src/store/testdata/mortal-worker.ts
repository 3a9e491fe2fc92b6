/** The thread of databases, which ends at once when it is asked for a certain query, as if it had broken down. */
import { parentPort } from "node:worker_threads";
import type { SqliteRequest } from "../sqlite-requests.ts";

parentPort?.on("message", (request: SqliteRequest) => {
  if (request.kind === "read" && request.sql === "SELECT 'the end'") process.exit(1);
});

await import("../sqlite-worker.ts");
