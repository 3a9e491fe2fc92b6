import type { ApiRequest, KubeTransport } from "../../kube/transport.ts";

/** The same way under another product name, which becomes the field manager of what is written. */
export function withUserAgent(transport: KubeTransport, userAgent: string): KubeTransport {
  const named = (request: ApiRequest): ApiRequest => ({
    ...request,
    headers: { "user-agent": userAgent, ...request.headers },
  });
  return {
    send: (request) => transport.send(named(request)),
    watch: (request) => transport.watch(named(request)),
    stream: (request) => transport.stream(named(request)),
    as: (user) => withUserAgent(transport.as(user), userAgent),
  };
}
