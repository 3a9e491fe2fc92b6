import { aborted } from "../kube/aborted.ts";
import type { EndpointAnswer } from "./answer.ts";
import type { FeedMessage } from "./change-feed.ts";
import type { ChangeFeeds } from "./change-feeds.ts";
import type { Session } from "./sessions.ts";
import type { Visit } from "./visit.ts";

const heartbeatMs = 15_000;
/** A reader that is further behind is cut off; it comes back and starts from what it has. */
const maxWaitingBytes = 1024 * 1024;

/**
 * Changes as Server-Sent Events (WHATWG HTML, section 9.2): `hello` at first and whenever changes may have been missed,
 * then `change` with an id to resume from, and `problem` for what the account may not follow.
 */
export function changeStream(
  feeds: ChangeFeeds,
  session: Session,
  {
    namespace,
    signal,
    lastId,
  }: Pick<Visit, "namespace" | "signal"> & {
    /** Where a follower who was cut off goes on. */
    readonly lastId: string | undefined;
  },
): EndpointAnswer {
  return {
    kind: "stream",
    contentType: "text/event-stream",
    write: async (to) => {
      const { feed, release } = feeds.take(session, namespace);
      const done = new AbortController();
      const put = (text: string) => {
        if (to.waitingBytes > maxWaitingBytes) done.abort();
        else void to.write(text);
      };
      // Small pauses before trying again: the server is near.
      put("retry: 1000\n\n");
      const backlog: FeedMessage[] = [];
      let isOpen = false;
      const { isGap, stop } = feed.follow(lastId, (message) => {
        if (isOpen) put(messageText(message));
        else backlog.push(message);
      });
      await Promise.race([feed.begun(), aborted(signal)]);
      if (lastId === undefined || isGap) put(hello);
      isOpen = true;
      for (const message of backlog) put(messageText(message));
      const heartbeat = setInterval(() => put(": still here\n\n"), heartbeatMs);
      await Promise.race([aborted(signal), aborted(done.signal)]);
      clearInterval(heartbeat);
      stop();
      release();
    },
  };
}

const hello = "event: hello\ndata: {}\n\n";

function messageText(message: FeedMessage): string {
  switch (message.kind) {
    case "change":
      return `id: ${message.id}\nevent: change\ndata: ${JSON.stringify(message.change)}\n\n`;
    case "gap":
      return hello;
    case "problem":
      return `event: problem\ndata: ${JSON.stringify({ resource: message.resource, status: message.status })}\n\n`;
    default:
      return message satisfies never;
  }
}
