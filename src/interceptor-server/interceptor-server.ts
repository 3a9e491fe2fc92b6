import type { Server } from "node:https";
import { answerCoreRequest } from "../interceptors/core-server.ts";
import type { InterceptorEnvironment } from "../interceptors/interceptor.ts";
import { decodeGoUtf8 } from "../json/go-utf8.ts";
import { createServingServer, type ServedAnswer, type ServingServerOptions } from "../kube/serving-server.ts";

/** Events may be as large as a listener takes them, and escaping them may double that. */
const maxBodyBytes = 64 * 1024 * 1024;
/** For one answer, in milliseconds (spec: controller, section 7). */
const processingMs = 3_000;

export interface InterceptorServerOptions extends Pick<ServingServerOptions, "certificates" | "tls" | "log"> {
  readonly environment: InterceptorEnvironment;
}

/** The HTTPS server of the core interceptors (spec: controller, section 7). */
export function createInterceptorServer({ environment, ...options }: InterceptorServerOptions): Server {
  const server = createServingServer({
    ...options,
    maxBodyBytes,
    answer: ({ path, body }) => {
      if (path === "/ready") return plain(200, "");
      if (body === undefined) return plain(413, `the body is larger than ${maxBodyBytes} bytes\n`);
      return inTime(answerAsServer(path, decodeGoUtf8(body), environment));
    },
  });
  server.headersTimeout = 5_000;
  server.requestTimeout = 5_000;
  server.keepAliveTimeout = 60_000;
  return server;
}

/** A stop is final. What only could not be done just now is an error of the server, which listeners try again. */
async function answerAsServer(path: string, body: string, environment: InterceptorEnvironment): Promise<ServedAnswer> {
  const { unavailable, ...answer } = await answerCoreRequest(path, body, environment);
  return unavailable === undefined ? answer : plain(503, `${unavailable}\n`);
}

async function inTime(answer: Promise<ServedAnswer>): Promise<ServedAnswer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<ServedAnswer>((resolve) => {
    timer = setTimeout(() => resolve(plain(503, "context deadline exceeded\n")), processingMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

function plain(status: number, body: string): ServedAnswer {
  return { status, contentType: "text/plain; charset=utf-8", body };
}
