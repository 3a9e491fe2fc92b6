import type { JsonObject } from "../../json/value.ts";
import type { ConnectHandler, PipelineResponse } from "../pipeline.ts";
import { jsonWebKeySet, type ServiceAccountKey } from "../pki/service-account-key.ts";
import { failure } from "../status.ts";
import { serviceAccountIssuer } from "./service-account-tokens.ts";

const headers = { "cache-control": "public, max-age=3600" };
const configurationPath = "/.well-known/openid-configuration";
const keysPath = "/openid/v1/jwks";
const keysType = "application/jwk-set+json";

/** What others need to check service account tokens: the issuer's description and its keys (OpenID Connect Discovery). */
export function oidcDiscovery(key: ServiceAccountKey): readonly ConnectHandler[] {
  return [
    {
      resource: configurationPath,
      handle: ({ request }) => {
        if (!accepts(request.headers["accept"], "application/json"))
          return Promise.resolve(notAcceptable("application/json"));
        const body = {
          issuer: serviceAccountIssuer,
          jwks_uri: `https://${request.headers["host"] ?? "kubernetes.default.svc"}${keysPath}`,
          response_types_supported: ["id_token"],
          subject_types_supported: ["public"],
          id_token_signing_alg_values_supported: ["RS256"],
        };
        return Promise.resolve({ kind: "json", status: 200, headers, body });
      },
    },
    {
      resource: keysPath,
      handle: async ({ request }) => {
        if (!accepts(request.headers["accept"], keysType)) return notAcceptable(keysType);
        return { kind: "json", status: 200, headers, contentType: keysType, body: await jsonWebKeySet(key) };
      },
    },
  ];
}

function accepts(accept: string | undefined, mediaType: string): boolean {
  const ranges = (accept ?? "*/*").split(",").map((range) => range.split(";", 1)[0]?.trim().toLowerCase() ?? "");
  return ranges.some((range) => range === "*/*" || range === "application/*" || range === mediaType);
}

function notAcceptable(available: string): PipelineResponse {
  const message = `406: Not Acceptable\n\nAvailable representations: ${available}`;
  const body = failure(406, "NotAcceptable", message, {}) as unknown as JsonObject;
  return { kind: "json", status: 406, body };
}
