/**
 * A thread that holds databases and answers requests about them, one after the other, so that the event loop of the
 * process never waits for the disk.
 */
import { parentPort, receiveMessageOnPort } from "node:worker_threads";
import type { SqliteRequest } from "./sqlite-requests.ts";
import { SqliteServant } from "./sqlite-servant.ts";

const servant = new SqliteServant();

function received(): SqliteRequest | undefined {
  return parentPort === null ? undefined : receiveMessageOnPort(parentPort)?.message;
}

parentPort?.on("message", (first: SqliteRequest) => {
  const requests: SqliteRequest[] = [];
  for (let next: SqliteRequest | undefined = first; next !== undefined; next = received()) requests.push(next);
  servant.answerAll(requests, (reply) => parentPort?.postMessage(reply));
});
