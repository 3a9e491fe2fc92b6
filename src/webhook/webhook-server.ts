import type { Server } from "node:https";
import { createServingServer, type ServingServerOptions } from "../kube/serving-server.ts";
import { answerReview, maxReviewBytes, type ReviewContext } from "./admission-review.ts";

export interface WebhookServerOptions extends Pick<ServingServerOptions, "certificates" | "tls" | "log"> {
  /** As it is at the time of a request. */
  readonly context: () => ReviewContext;
  /** Told how long each review took. */
  readonly onAnswer: (path: string, status: number, seconds: number) => void;
}

/** The HTTPS server of the admission webhook (spec: controller, section 8). */
export function createWebhookServer({ context, onAnswer, ...options }: WebhookServerOptions): Server {
  const server = createServingServer({
    ...options,
    maxBodyBytes: maxReviewBytes,
    answer: ({ path, headers, body }) => {
      const startedMs = performance.now();
      const answer = answerReview({ path, contentType: headers["content-type"], body }, context());
      onAnswer(path, answer.status, (performance.now() - startedMs) / 1000);
      return answer;
    },
  });
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  // API servers keep their connections; they are told to open new ones before this end closes idle ones.
  server.keepAliveTimeout = 120_000;
  return server;
}
