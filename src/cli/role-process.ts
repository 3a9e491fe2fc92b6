import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Registry } from "prom-client";
import { sleep } from "../kube/backoff.ts";
import { err, ok, type Result } from "../result.ts";
import { type Failure, failure } from "./failure.ts";

/** A server that has its port. */
export interface OpenPort {
  readonly port: number;
  /** Takes no more connections; resolves when requests under way are answered, or broken off after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** Opens a port on all interfaces; 0 is any free one. */
export function openPort(server: Server, port: number): Promise<Result<OpenPort, Failure>> {
  return new Promise((resolve) => {
    server.once("error", (error: Error) => resolve(err(failure(`cannot open port ${port}: ${error.message}`))));
    server.listen({ port, backlog: 4096 }, () => {
      const opened = (server.address() as AddressInfo).port;
      resolve(ok({ port: opened, close: (graceMs) => closeServer(server, graceMs) }));
    });
  });
}

async function closeServer(server: Server, graceMs: number): Promise<void> {
  const done = new AbortController();
  const closed = new Promise<void>((resolve) =>
    server.close(() => {
      done.abort();
      resolve();
    }),
  );
  server.closeIdleConnections();
  await sleep(graceMs, done.signal);
  server.closeAllConnections();
  await closed;
}

/** Opens the port of METRICS_PROMETHEUS_PORT for `/metrics`; none when that is no port. */
export async function openMetrics(registry: Registry): Promise<Result<OpenPort | undefined, Failure>> {
  const port = Number(process.env["METRICS_PROMETHEUS_PORT"] || Number.NaN);
  return Number.isInteger(port) ? openPort(metricsServer(registry), port) : ok(undefined);
}

/** `/metrics` in Prometheus' text format. */
function metricsServer(registry: Registry): Server {
  return createServer((request, response) => {
    if (!(request.url ?? "").startsWith("/metrics")) answerText(response, 404, "not found\n");
    else {
      void registry.metrics().then((text) => {
        response.writeHead(200, { "content-type": registry.contentType }).end(text);
      });
    }
  });
}

/** `/health` while the process is well, `/readiness` while it takes work (spec: controller, section 10). */
export function healthServer(isReady: () => boolean): Server {
  return createServer((request: IncomingMessage, response: ServerResponse) => {
    const path = (request.url ?? "/").split("?")[0];
    if (path === "/health") answerText(response, 200, "ok");
    else if (path === "/readiness" || path === "/ready") {
      if (isReady()) answerText(response, 200, "ok");
      else answerText(response, 503, "not ready\n");
    } else answerText(response, 404, "not found\n");
  });
}

function answerText(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(body);
}

/** One line of a role's log, as JSON with the keys of Tekton's components. */
export function roleLog(logger: string): (message: string) => void {
  return (message) => {
    const line = { severity: "info", timestamp: new Date().toISOString(), logger, message };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  };
}
