import { parseObject } from "../../json/object-text.ts";
import { isJsonObject, type JsonValue } from "../../json/value.ts";
import type { JsonResponse, PipelineResponse, ProtobufEncoder } from "../pipeline.ts";
import { notAcceptable } from "../status.ts";
import { statusAnswer } from "./answer.ts";

const mediaType = "application/vnd.kubernetes.protobuf";
const others = new Set(["application/json", "application/yaml", "*/*"]);

/**
 * Whether a client takes protobuf and nothing that we would rather write. The usual client names JSON as its second
 * choice and gets that (spec: kube-api, section 2).
 */
export function acceptsOnlyProtobuf(accept: string): boolean {
  if (!accept.includes(mediaType)) return false;
  const types = accept.split(",").map((clause) => clause.split(";", 1)[0]?.trim().toLowerCase() ?? "");
  return types.includes(mediaType) && !types.some((type) => others.has(type));
}

/** The JSON answer as protobuf; 406 when it is an object of a kind that we cannot print so. */
export function protobufAnswer(answer: PipelineResponse, encoder: ProtobufEncoder): PipelineResponse {
  if (answer.kind !== "json") return answer;
  const body = bodyOf(answer);
  const bytes = isJsonObject(body) ? encoder.encode(body) : undefined;
  if (bytes === undefined) return statusAnswer(notAcceptable(), { format: "json", pretty: false });
  return {
    kind: "text",
    status: answer.status,
    contentType: mediaType,
    body: bytes,
    ...(answer.headers === undefined ? {} : { headers: answer.headers }),
    ...(answer.warnings === undefined ? {} : { warnings: answer.warnings }),
  };
}

function bodyOf(answer: JsonResponse): JsonValue {
  const text = answer.text ?? answer.lazyText?.();
  if (text !== undefined) return parseObject(text);
  const { body } = answer;
  const isLazy = typeof body === "object" && body !== null && "lazy" in body && typeof body.lazy === "function";
  return isLazy ? (body.lazy as () => JsonValue)() : (body as JsonValue);
}
