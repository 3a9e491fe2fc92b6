import type { PipelineResponse } from "../../../src/apiserver/pipeline.ts";
import { isJsonObject, type JsonValue } from "../../../src/json/value.ts";
import type { Bindings } from "./bindings.ts";
import type { Exchange } from "./exchange.ts";

/** The body as JSON; a text as `{"$text": ...}`; undefined for none, and for streams. */
export function bodyOf(answer: PipelineResponse): JsonValue | undefined {
  switch (answer.kind) {
    case "json": {
      const text = answer.text ?? answer.lazyText?.();
      if (text !== undefined) return JSON.parse(text) as JsonValue;
      return JSON.parse(JSON.stringify(answer.body)) as JsonValue;
    }
    case "text": {
      const body = typeof answer.body === "string" ? answer.body : Buffer.from(answer.body).toString("utf8");
      return body === "" ? undefined : { $text: body };
    }
    default:
      return undefined;
  }
}

const comparedHeaders = ["content-type", "retry-after", "warning", "vary", "cache-control"];

function headerOf(answer: PipelineResponse, name: string): string | undefined {
  if (name === "warning") {
    return answer.warnings?.length
      ? answer.warnings.map((text) => `299 - ${JSON.stringify(text)}`).join(", ")
      : undefined;
  }
  if (name === "content-type") {
    if (answer.kind === "json") return answer.contentType ?? "application/json";
    if (answer.kind === "text" || answer.kind === "bytes") return answer.contentType || undefined;
    return answer.kind === "watch" ? "application/json" : undefined;
  }
  return answer.headers?.[name];
}

/** Whether the recorded body was binary. */
export function isProtobuf(body: JsonValue | undefined): boolean {
  return isJsonObject(body) && ("$protobuf" in body || "$cbor" in body);
}

/** Adds to `problems` where status or headers differ from what was recorded. */
export function compareHead(
  exchange: Exchange,
  answer: PipelineResponse,
  where: string,
  bindings: Bindings,
  problems: string[],
): void {
  if (exchange.status !== null && exchange.status !== answer.status) {
    problems.push(
      `${where}: want status ${exchange.status}, got ${answer.status}: ${JSON.stringify(bodyOf(answer)).slice(0, 600)}`,
    );
  }
  for (const name of comparedHeaders) {
    const want = exchange.responseHeaders?.[name];
    const got = headerOf(answer, name);
    if (want === undefined && name !== "warning") continue;
    // Protobuf answers may be JSON (spec: kube-api, section 2).
    if (name === "content-type" && isProtobuf(exchange.responseBody)) continue;
    const difference = bindings.compareText(want ?? "", got ?? "");
    if (difference) problems.push(`${where}: header ${name}: want ${want ?? "none"}, got ${got ?? "none"}`);
  }
}
