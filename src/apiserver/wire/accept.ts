import type { Status } from "../../api/object.ts";
import { err, ok, type Result } from "../../result.ts";
import { notAcceptable } from "../status.ts";

/** How an answer is to be written. */
export interface Negotiated {
  readonly format: "json" | "yaml";
  /** `Table` or `PartialObjectMetadata(List)` when the client asked for that form. */
  readonly as?: { readonly kind: string; readonly version: string };
  readonly pretty: boolean;
}

interface Clause {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

function clauses(accept: string): readonly Clause[] {
  return accept.split(",").map((text) => {
    const [type = "", ...rest] = text.split(";");
    return {
      type: type.trim().toLowerCase(),
      parameters: new Map(
        rest.map((parameter) => {
          const at = parameter.indexOf("=");
          return at < 0 ? [parameter.trim(), ""] : [parameter.slice(0, at).trim(), parameter.slice(at + 1).trim()];
        }),
      ),
    };
  });
}

const forms = new Set(["Table", "PartialObjectMetadata", "PartialObjectMetadataList"]);

/**
 * The first clause of Accept that can be served, in the client's order (spec: kube-api, section 2). `forms` is false
 * for documents that have no Table or metadata form.
 */
export function negotiate(
  headers: Readonly<Record<string, string>>,
  query: URLSearchParams,
  options: { readonly forms: boolean },
): Result<Negotiated, Status> {
  const accept = headers["accept"] ?? "";
  const pretty = isPretty(headers, query);
  if (accept.trim() === "") return ok({ format: "json", pretty });
  for (const { type, parameters } of clauses(accept)) {
    const format =
      type === "application/json" || type === "*/*" ? "json" : type === "application/yaml" ? "yaml" : undefined;
    if (!format) continue;
    const kind = parameters.get("as");
    if (kind === undefined) {
      return ok({ format, pretty });
    }
    const version = parameters.get("v") ?? "";
    if (!options.forms || !forms.has(kind) || parameters.get("g") !== "meta.k8s.io") continue;
    if (version !== "v1" && version !== "v1beta1") continue;
    return ok({ format, pretty, as: { kind, version: `meta.k8s.io/${version}` } });
  }
  return err(notAcceptable());
}

/** Whether the aggregated form of discovery comes first among the acceptable clauses. */
export function prefersAggregatedDiscovery(accept: string): "aggregated" | "plain" | "none" {
  if (accept.trim() === "") return "plain";
  for (const { type, parameters } of clauses(accept)) {
    const kind = parameters.get("as");
    if (kind === undefined) {
      if (type === "application/json" || type === "*/*" || type === "application/yaml") return "plain";
      continue;
    }
    if (
      type === "application/json" &&
      kind === "APIGroupDiscoveryList" &&
      parameters.get("g") === "apidiscovery.k8s.io" &&
      parameters.get("v") === "v2"
    ) {
      return "aggregated";
    }
  }
  return "none";
}

function isPretty(headers: Readonly<Record<string, string>>, query: URLSearchParams): boolean {
  const asked = query.get("pretty");
  if (asked !== null) return asked !== "false" && asked !== "0";
  return /^(curl|Wget|Mozilla)/.test(headers["user-agent"] ?? "");
}
