import type { Status } from "../api/object.ts";
import type { JsonObject } from "../json/value.ts";
import { clientFailure } from "../kube/status.ts";
import { err } from "../result.ts";
import { type EndpointAnswer, jsonResult } from "./answer.ts";
import type { Visit } from "./visit.ts";

/** What a path's variables are, by name. */
type PathValues = Readonly<Record<string, string>>;

interface Pattern {
  /** Segments below `/api`; one that begins with `:` is a variable, such as `events/:namespace/:id`. */
  readonly path: string;
}

/** An endpoint that reads. */
interface GetRoute extends Pattern {
  readonly method: "GET";
  readonly answer: (visit: Visit, values: PathValues) => EndpointAnswer | Promise<EndpointAnswer>;
}

/** An endpoint that does or computes something; `isChange`: not with `--read-only`. */
interface PostRoute extends Pattern {
  readonly method: "POST";
  readonly isChange: boolean;
  readonly answer: (visit: Visit, values: PathValues, body: JsonObject) => EndpointAnswer | Promise<EndpointAnswer>;
}

export type Route = GetRoute | PostRoute;

/** The values of a pattern's variables in a path; undefined when it does not match. */
export function matchPath(pattern: string, path: readonly string[]): PathValues | undefined {
  const segments = pattern.split("/");
  if (segments.length !== path.length) return undefined;
  const values: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const given = path[index] ?? "";
    if (segment.startsWith(":") ? given === "" : segment !== given) return undefined;
    if (segment.startsWith(":")) values[segment.slice(1)] = given;
  }
  return values;
}

/** A refusal in the API's own form. */
export function refusal(code: number, reason: Status["reason"] & string, message: string): EndpointAnswer {
  return jsonResult(err(clientFailure(code, reason, message)));
}
