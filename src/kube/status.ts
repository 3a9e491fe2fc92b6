import type { Status } from "../api/object.ts";
import { isJsonObject, type JsonValue } from "../json/value.ts";

/** A Status for a failure that the client side noticed: an answer that is no Status, a connection that broke. */
export function clientFailure(code: number, reason: string, message: string): Status {
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, code };
}

/** Whether a body is a metav1.Status. */
function isStatus(body: JsonValue): body is JsonValue & Status {
  return isJsonObject(body) && body["kind"] === "Status" && typeof body["status"] === "string";
}

/** The Status of an answer that is not a success, whatever its body is. */
export function failureOf(status: number, body: JsonValue): Status {
  if (isStatus(body)) return body;
  const text = typeof body === "string" ? body.trim() : JSON.stringify(body);
  return clientFailure(status, reasonOfCode(status), text === "" ? `the server answered ${status}` : text);
}

function reasonOfCode(code: number): string {
  switch (code) {
    case 400:
      return "BadRequest";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "NotFound";
    case 405:
      return "MethodNotAllowed";
    case 409:
      return "Conflict";
    case 410:
      return "Expired";
    case 429:
      return "TooManyRequests";
    case 503:
      return "ServiceUnavailable";
    default:
      return code >= 500 ? "InternalError" : "Unknown";
  }
}
