import type { K8sObject, Status, StatusCause } from "../../api/object.ts";
import { quoteGo } from "../../json/go-print.ts";
import { isJsonObject, type JsonObject } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import type { ConnectHandler, PipelineResponse, ResourceRequest } from "../pipeline.ts";
import { badRequest, failure } from "../status.ts";
import type { PodBackends } from "./pod-backends.ts";
import { chooseContainer, containerStatus, findPod, nodeOf, type PodReader } from "./pod-location.ts";

/** PodLogOptions as asked for in the query. */
interface LogQuery {
  readonly container: string;
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly tailLines?: number;
  readonly limitBytes?: number;
  readonly sinceMs?: number;
}

/** GET pods/NAME/log (spec: kube-api, section 13). */
export function podLog(reader: PodReader, backends: PodBackends, nowMs: () => number): ConnectHandler {
  return {
    resource: "pods/log",
    handle: (request) => {
      const answer = readLog(reader, backends, request, nowMs());
      return Promise.resolve(answer.ok ? answer.value : statusResponse(answer.error));
    },
  };
}

/** A Status as the answer, with the header that tells when to try again. */
export function statusResponse(status: Status): PipelineResponse {
  const seconds = status.details?.retryAfterSeconds;
  return {
    kind: "json",
    status: status.code ?? 500,
    body: status as unknown as JsonObject,
    ...(seconds === undefined ? {} : { headers: { "retry-after": String(seconds) } }),
  };
}

function readLog(
  reader: PodReader,
  backends: PodBackends,
  { request, namespace = "", name = "" }: ResourceRequest,
  nowMs: number,
): Result<PipelineResponse, Status> {
  const query = parseQuery(request.query, name, nowMs);
  if (!query.ok) return query;
  const pod = findPod(reader, namespace, name);
  if (!pod.ok) return pod;
  const container = chooseContainer(pod.value, query.value.container);
  if (!container.ok) return container;
  const node = nodeOf(reader, backends, pod.value);
  if (!node.ok) return node;
  if (node.value === "") return ok({ kind: "text", status: 204, contentType: "text/plain", body: "" });
  const { container: _, previous, sinceMs, tailLines, limitBytes, ...flags } = query.value;
  const waiting = notReadable(pod.value, container.value, previous);
  const hasPrevious = !previous || waiting === undefined;
  const stream = hasPrevious
    ? backends.logs.read(
        { namespace, pod: name, container: container.value },
        {
          ...flags,
          previous,
          signal: request.signal,
          ...(sinceMs === undefined ? {} : { sinceMs }),
          ...(tailLines === undefined ? {} : { tailLines }),
          ...(limitBytes === undefined ? {} : { limitBytes }),
        },
      )
    : undefined;
  if (stream === undefined && waiting !== undefined) return err(badRequest(waiting));
  return ok({ kind: "bytes", status: 200, contentType: "text/plain", stream: stream ?? emptyStream() });
}

async function* emptyStream(): AsyncGenerator<Uint8Array> {}

/** Why there is nothing to read, worded as the kubelet does; undefined when there is. */
function notReadable(pod: K8sObject, container: string, previous: boolean): string | undefined {
  const about = `container ${quoteGo(container)} in pod ${quoteGo(pod.metadata.name ?? "")}`;
  const status = containerStatus(pod, container);
  if (previous) {
    const last = isJsonObject(status?.["lastState"]) ? status["lastState"] : {};
    return isJsonObject(last["terminated"]) ? undefined : `previous terminated ${about} not found`;
  }
  if (status === undefined) return `${about} is not available`;
  const state = isJsonObject(status["state"]) ? status["state"] : {};
  if (isJsonObject(state["running"]) || isJsonObject(state["terminated"])) return undefined;
  const waiting = state["waiting"];
  if (!isJsonObject(waiting)) return `${about} is waiting to start - no logs yet`;
  switch (waiting["reason"]) {
    case "ErrImagePull":
      return `${about} is waiting to start: image can't be pulled`;
    case "ImagePullBackOff":
      return `${about} is waiting to start: trying and failing to pull image`;
    default:
      return `${about} is waiting to start: ${String(waiting["reason"] ?? "")}`;
  }
}

function parseQuery(query: URLSearchParams, pod: string, nowMs: number): Result<LogQuery, Status> {
  const integers = new Map<string, number>();
  for (const name of ["tailLines", "limitBytes", "sinceSeconds"]) {
    const text = query.get(name);
    if (text === null) continue;
    if (!/^[+-]?\d+$/.test(text)) return err(badRequest(`strconv.ParseInt: parsing ${quoteGo(text)}: invalid syntax`));
    integers.set(name, Number(text));
  }
  const sinceTime = query.get("sinceTime");
  const sinceTimeMs = sinceTime === null || sinceTime === "" ? undefined : parseTime(sinceTime);
  if (Number.isNaN(sinceTimeMs))
    return err(
      badRequest(
        `parsing time ${quoteGo(sinceTime ?? "")} as "2006-01-02T15:04:05Z07:00": cannot parse ${quoteGo(sinceTime ?? "")} as "2006"`,
      ),
    );
  const seconds = integers.get("sinceSeconds");
  const tailLines = integers.get("tailLines");
  const limitBytes = integers.get("limitBytes");
  const problems: Required<StatusCause>[] = [];
  const invalid = (field: string, value: number, text: string): void => {
    problems.push({ reason: "FieldValueInvalid", message: `Invalid value: ${value}: ${text}`, field });
  };
  if (tailLines !== undefined && tailLines < 0) invalid("tailLines", tailLines, "must be greater than or equal to 0");
  if (limitBytes !== undefined && limitBytes < 1) invalid("limitBytes", limitBytes, "must be greater than 0");
  if (seconds !== undefined && sinceTimeMs !== undefined)
    problems.push({
      reason: "FieldValueForbidden",
      message: "Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified",
      field: "",
    });
  else if (seconds !== undefined && seconds < 1) invalid("sinceSeconds", seconds, "must be greater than 0");
  if (problems.length > 0) return err(invalidOptions(pod, problems));
  const sinceMs = seconds === undefined ? sinceTimeMs : nowMs - seconds * 1000;
  return ok({
    container: query.get("container") ?? "",
    follow: flag(query, "follow"),
    previous: flag(query, "previous"),
    timestamps: flag(query, "timestamps"),
    ...(tailLines === undefined ? {} : { tailLines }),
    ...(limitBytes === undefined ? {} : { limitBytes }),
    ...(sinceMs === undefined ? {} : { sinceMs }),
  });
}

function parseTime(text: string): number {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
}

/** A flag of a query: present means true, but for `false` and `0`. */
export function flag(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  return value !== null && value.toLowerCase() !== "false" && value !== "0";
}

function invalidOptions(pod: string, problems: readonly Required<StatusCause>[]): Status {
  const texts = problems.map((problem) => `${problem.field}: ${problem.message}`);
  const shown = texts.length === 1 ? (texts[0] ?? "") : `[${texts.join(", ")}]`;
  return failure(422, "Invalid", `PodLogOptions ${quoteGo(pod)} is invalid: ${shown}`, {
    name: pod,
    kind: "PodLogOptions",
    causes: problems,
  });
}
