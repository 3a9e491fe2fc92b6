import type { K8sObject } from "../../api/object.ts";
import { objectsOf } from "../../api/object-fields.ts";
import { resourcePath } from "../../kube/client.ts";
import { pods } from "../../kube/known-resources.ts";
import { failureOf } from "../../kube/status.ts";
import { err, ok, type Result } from "../../result.ts";
import { type Connection, type ConnectionOptions, connect } from "../connection.ts";
import { apiFailure, type Failure, failure, usageFailure } from "../failure.ts";
import { readStream } from "../read-stream.ts";
import { timeOfFlag } from "../time-flag.ts";

export interface LogsOptions extends ConnectionOptions {
  readonly selector?: string;
  readonly container?: string;
  readonly allContainers?: boolean;
  readonly follow?: boolean;
  readonly tail?: number;
  readonly since?: string;
  readonly timestamps?: boolean;
  readonly previous?: boolean;
  readonly signal: AbortSignal;
}

/** `tektite logs`: the log of a pod's container, or of all pods with a label. */
export async function logs(podName: string | undefined, options: LogsOptions): Promise<Result<void, Failure>> {
  const query = logQuery(options);
  if (!query.ok) return query;
  const connection = connect(options);
  if (!connection.ok) return connection;
  const found = await selectPods(connection.value, podName, options);
  if (!found.ok) return found;
  const parts: { readonly pod: K8sObject; readonly container: string }[] = [];
  for (const pod of found.value) {
    const names = [...objectsOf(pod, "spec", "initContainers"), ...objectsOf(pod, "spec", "containers")].map(
      ({ name }) => String(name),
    );
    const running = objectsOf(pod, "spec", "containers").map(({ name }) => String(name));
    const wanted =
      options.container === undefined ? (options.allContainers === true ? names : running) : [options.container];
    if (wanted.length > 1 && options.allContainers !== true) {
      return err(
        failure(
          `a container name must be specified for pod ${pod.metadata.name}, choose one of: [${names.join(" ")}], or say --all-containers`,
        ),
      );
    }
    parts.push(...wanted.map((container) => ({ pod, container })));
  }
  if (parts.length === 0) {
    return err(failure(`no pod in namespace ${connection.value.namespace} has the labels ${options.selector}`));
  }
  const stream = async ({ pod, container }: (typeof parts)[number]): Promise<Result<void, Failure>> => {
    const answer = await connection.value.client.transport.stream({
      method: "GET",
      path: `${resourcePath(pods, { namespace: pod.metadata.namespace, name: pod.metadata.name ?? "" })}/log`,
      query: { container, ...query.value },
      signal: options.signal,
    });
    if (options.signal.aborted) return ok(undefined);
    if (answer.status !== 200) return err(apiFailure(failureOf(answer.status, answer.body)));
    return readStream(answer.items, {
      signal: options.signal,
      take: async (chunk) => {
        if (!process.stdout.write(chunk)) await new Promise((resolve) => process.stdout.once("drain", resolve));
      },
    });
  };
  if (options.follow === true)
    return (await Promise.all(parts.map(stream))).find((result) => !result.ok) ?? ok(undefined);
  for (const part of parts) {
    const result = await stream(part);
    if (!result.ok) return result;
  }
  return ok(undefined);
}

async function selectPods(
  connection: Connection,
  podName: string | undefined,
  options: LogsOptions,
): Promise<Result<readonly K8sObject[], Failure>> {
  const { namespace } = connection;
  if (podName !== undefined) {
    const pod = await connection.client.get(pods, { namespace, name: podName.replace(/^pods?\//, "") });
    return pod.ok ? ok([pod.value]) : err(apiFailure(pod.error));
  }
  if (options.selector === undefined) return err(usageFailure("name a pod, or give a selector with -l"));
  const listed = await connection.client.list(pods, { namespace, labelSelector: options.selector });
  return listed.ok ? ok(listed.value.items) : err(apiFailure(listed.error));
}

function logQuery({ follow, tail, since, timestamps, previous }: LogsOptions): Result<Record<string, string>, Failure> {
  const query: Record<string, string> = {};
  if (follow === true) query["follow"] = "true";
  if (tail !== undefined) query["tailLines"] = String(tail);
  if (timestamps === true) query["timestamps"] = "true";
  if (previous === true) query["previous"] = "true";
  if (since !== undefined) {
    const nowMs = Date.now();
    const timeMs = timeOfFlag("since", since, nowMs);
    if (!timeMs.ok) return timeMs;
    query["sinceSeconds"] = String(Math.max(1, Math.ceil((nowMs - timeMs.value) / 1000)));
  }
  return ok(query);
}
