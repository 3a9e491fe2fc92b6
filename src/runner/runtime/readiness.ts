import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { ReadinessProbe } from "../pod-plan.ts";
import type { RunningContainer } from "./pod-backend.ts";

/** A cluster looks every ten seconds by default; a first step on this machine should not wait that long. */
const maxPeriodMs = 500;

/** Resolves once the sidecar's probe has succeeded, or when `signal` says that waiting is over. */
export async function untilReady(
  probe: ReadinessProbe,
  sidecar: RunningContainer,
  host: string,
  signal: AbortSignal,
): Promise<void> {
  const wait = (ms: number): Promise<void> => delay(ms, undefined, { signal }).catch(() => undefined);
  if (probe.initialDelayMs > 0) await wait(probe.initialDelayMs);
  while (!signal.aborted) {
    const timeout = AbortSignal.any([signal, AbortSignal.timeout(Math.max(1, probe.timeoutMs))]);
    if (await isReady(probe, sidecar, host, timeout)) return;
    await wait(Math.min(probe.periodMs, maxPeriodMs));
  }
}

async function isReady(
  probe: ReadinessProbe,
  sidecar: RunningContainer,
  host: string,
  signal: AbortSignal,
): Promise<boolean> {
  switch (probe.kind) {
    case "exec": {
      const nothing = (): void => undefined;
      return (await sidecar.exec(probe.command, { stdout: nothing, stderr: nothing }, signal)) === 0;
    }
    case "httpGet":
      return httpAnswers(`${probe.scheme.toLowerCase()}://${host}:${probe.port}`, probe.path, signal);
    case "tcpSocket":
      return new Promise((resolve) => {
        const socket = connect({ host, port: probe.port, signal });
        socket.once("connect", () => {
          socket.destroy();
          resolve(true);
        });
        socket.once("error", () => resolve(false));
      });
    default:
      return probe satisfies never;
  }
}

/** As the kubelet: a status from 200 to 399 counts, certificates are not checked. */
function httpAnswers(base: string, path: string, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const send = base.startsWith("https:") ? httpsRequest : httpRequest;
    const target = new URL(base);
    const asked = send(
      {
        protocol: target.protocol,
        host: target.hostname,
        port: target.port,
        path: path.startsWith("/") ? path : `/${path}`,
        signal,
        rejectUnauthorized: false,
      },
      (response) => {
        response.destroy();
        const status = response.statusCode ?? 0;
        resolve(status >= 200 && status < 400);
      },
    );
    asked.once("error", () => resolve(false));
    asked.end();
  });
}
