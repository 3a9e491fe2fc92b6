/** Carries a bearer token in a WebSocket's sub-protocols, for browsers, which cannot set headers. */
const webSocketPrefix = "base64url.bearer.authorization.k8s.io.";

/** Whether a WebSocket sub-protocol only carries a token. */
export function isTokenProtocol(protocol: string): boolean {
  return protocol.startsWith(webSocketPrefix);
}

/**
 * The bearer token of a request, from `Authorization` or a WebSocket sub-protocol; undefined when there is none.
 * Other schemes are no credentials.
 */
export function bearerToken(headers: Readonly<Record<string, string>>): string | undefined {
  const parts = (headers["authorization"] ?? "").trim().split(" ");
  if (parts[0]?.toLowerCase() === "bearer") return parts[1] === undefined || parts[1] === "" ? undefined : parts[1];
  for (const protocol of (headers["sec-websocket-protocol"] ?? "").split(",").map((item) => item.trim()))
    if (isTokenProtocol(protocol))
      return Buffer.from(protocol.slice(webSocketPrefix.length), "base64url").toString("utf8") || undefined;
  return undefined;
}
