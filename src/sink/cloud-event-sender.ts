import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { SendCloudEvent } from "./cloud-event-notices.ts";
import { exchange } from "./http-exchange.ts";

/** CloudEvents go out one by one, each on a connection of its own, as Tekton's client does. */
const agents = { http: new HttpAgent({ keepAlive: false }), https: new HttpsAgent({ keepAlive: false }) };

/** Posts a CloudEvent; any answer of the 2xx family means that it was taken. */
export const postCloudEvent: SendCloudEvent = async ({ url, headers, body }) => {
  const target = URL.parse(url);
  if (target === null) return false;
  const answer = await exchange({
    method: "POST",
    url: target,
    headers,
    body,
    hasLength: true,
    agents,
    limits: { maxResponseBytes: 64 * 1024, totalMs: 30_000 },
  });
  return answer.ok && answer.value.status >= 200 && answer.value.status < 300;
};
