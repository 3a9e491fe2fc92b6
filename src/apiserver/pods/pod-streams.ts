import type { Duplex } from "node:stream";
import type { K8sObject, Status } from "../../api/object.ts";
import { err, ok, type Result } from "../../result.ts";
import type { ConnectHandler, PipelineResponse, ResourceRequest, UpgradeResponse } from "../pipeline.ts";
import { badRequest, failure } from "../status.ts";
import type { ExecOutcome } from "./exec-outcome.ts";
import type { ContainerTarget, ExecIo, PodBackends } from "./pod-backends.ts";
import { chooseContainer, containerStatus, findPod, nodeOf, type PodReader } from "./pod-location.ts";
import { flag, statusResponse } from "./pod-log.ts";
import {
  channelProtocols,
  forwardOverChannels,
  forwardOverSpdy,
  forwardOverTunnel,
  portForwardProtocol,
  tunnelProtocol,
} from "./port-forward.ts";
import {
  type RemoteCommand,
  runOverSpdy,
  runOverWebSocket,
  spdyProtocols,
  type WantedStreams,
  webSocketProtocols,
} from "./remote-command.ts";
import { acceptSpdy, acceptWebSocket, type Upgrade, wantedUpgrade } from "./upgrade.ts";

/** exec, attach and port-forward of pods: WebSocket or SPDY (spec: kube-api, section 13). */
export function podStreams(reader: PodReader, backends: PodBackends): readonly ConnectHandler[] {
  const handler = (
    subresource: string,
    connect: (request: ResourceRequest, pod: K8sObject) => Result<PipelineResponse, Status>,
  ): ConnectHandler => ({
    resource: `pods/${subresource}`,
    handle: (request) => {
      const pod = findPod(reader, request.namespace ?? "", request.name ?? "");
      const answer = pod.ok ? connect(request, pod.value) : pod;
      return Promise.resolve(answer.ok ? answer.value : statusResponse(answer.error));
    },
  });
  return [
    handler("exec", (request, pod) => exec(reader, backends, request, pod)),
    handler("attach", (request, pod) => attach(reader, backends, request, pod)),
    handler("portforward", (request, pod) => portForward(reader, backends, request, pod)),
  ];
}

function targetOf(
  reader: PodReader,
  backends: PodBackends,
  { request, namespace = "", name = "" }: ResourceRequest,
  pod: K8sObject,
): Result<ContainerTarget, Status> {
  const container = chooseContainer(pod, request.query.get("container") ?? "");
  if (!container.ok) return container;
  const node = assignedNode(reader, backends, pod);
  return node.ok ? ok({ namespace, pod: name, container: container.value }) : node;
}

function assignedNode(reader: PodReader, backends: PodBackends, pod: K8sObject): Result<string, Status> {
  const node = nodeOf(reader, backends, pod);
  if (!node.ok || node.value !== "") return node;
  return err(badRequest(`pod ${pod.metadata.name ?? ""} does not have a host assigned`));
}

function exec(
  reader: PodReader,
  backends: PodBackends,
  routed: ResourceRequest,
  pod: K8sObject,
): Result<PipelineResponse, Status> {
  const target = targetOf(reader, backends, routed, pod);
  if (!target.ok) return target;
  const command = routed.request.query.getAll("command");
  return remoteCommand(routed, async (io, signal) => {
    if (command.length === 0)
      return { kind: "failed", message: "you must specify at least one command for the container" };
    const running = containerStatus(pod, target.value.container)?.["state"];
    if (typeof running === "object" && running !== null && !("running" in running))
      return { kind: "failed", message: `container not found (${JSON.stringify(target.value.container)})` };
    const code = await backends.exec(target.value, command, io, signal);
    return code.ok ? { kind: "exited", code: code.value } : { kind: "failed", message: code.error };
  });
}

/** Attaching shows what the container writes from now on; its input cannot be reached. */
function attach(
  reader: PodReader,
  backends: PodBackends,
  routed: ResourceRequest,
  pod: K8sObject,
): Result<PipelineResponse, Status> {
  const target = targetOf(reader, backends, routed, pod);
  if (!target.ok) return target;
  return remoteCommand(routed, (io, signal) => showLog(backends, target.value, io, signal));
}

async function showLog(
  backends: PodBackends,
  target: ContainerTarget,
  io: ExecIo,
  signal: AbortSignal,
): Promise<ExecOutcome> {
  const log = backends.logs.read(target, { follow: true, tailLines: 0, signal });
  if (log === undefined) return { kind: "failed", message: `container ${target.container} is not running` };
  for await (const chunk of log) await io.stdout(chunk);
  return { kind: "exited", code: 0 };
}

function remoteCommand(routed: ResourceRequest, run: RemoteCommand): Result<PipelineResponse, Status> {
  const { query } = routed.request;
  const tty = flag(query, "tty");
  const wanted: WantedStreams = {
    stdin: flag(query, "stdin"),
    stdout: flag(query, "stdout"),
    stderr: flag(query, "stderr") && !tty,
    tty,
  };
  const upgrade = wantedUpgrade(routed.request);
  if (upgrade === undefined) return err(upgradeRequired());
  if (!wanted.stdin && !wanted.stdout && !wanted.stderr)
    return err(badRequest("you must specify at least 1 of stdin, stdout, stderr"));
  const protocol = negotiate(upgrade, upgrade.kind === "spdy" ? spdyProtocols : webSocketProtocols);
  if (protocol === undefined) return err(noCommonProtocol(upgrade));
  const safely: RemoteCommand = async (io, signal) => {
    try {
      return await run(io, signal);
    } catch (error) {
      return { kind: "failed", message: error instanceof Error ? error.message : String(error) };
    }
  };
  return ok(
    upgraded((request, socket, head) => {
      if (upgrade.kind === "webSocket")
        acceptWebSocket(request, socket, head, protocol, (webSocket) => {
          void runOverWebSocket(webSocket, protocol, wanted, safely);
        });
      else {
        acceptSpdy(socket, head, protocol);
        void runOverSpdy(socket, protocol, wanted, safely);
      }
    }),
  );
}

function portForward(
  reader: PodReader,
  backends: PodBackends,
  routed: ResourceRequest,
  pod: K8sObject,
): Result<PipelineResponse, Status> {
  const node = assignedNode(reader, backends, pod);
  if (!node.ok) return node;
  const { namespace = "", name = "" } = routed;
  const upgrade = wantedUpgrade(routed.request);
  if (upgrade === undefined) return err(upgradeRequired());
  const dial = (port: number): Promise<Result<Duplex, string>> => backends.dial(namespace, name, port);
  const shown = `${name}, uid ${pod.metadata.uid ?? ""}`;
  if (upgrade.kind === "spdy") {
    const protocol = negotiate(upgrade, [portForwardProtocol]);
    if (protocol === undefined) return err(noCommonProtocol(upgrade));
    return ok(
      upgraded((_request, socket, head) => {
        acceptSpdy(socket, head, protocol);
        void forwardOverSpdy(socket, shown, dial);
      }),
    );
  }
  if (upgrade.protocols.includes(tunnelProtocol))
    return ok(
      upgraded((request, socket, head) =>
        acceptWebSocket(request, socket, head, tunnelProtocol, (webSocket) => {
          void forwardOverTunnel(webSocket, shown, dial);
        }),
      ),
    );
  const protocol = negotiate(upgrade, channelProtocols);
  if (protocol === undefined) return err(noCommonProtocol(upgrade));
  const ports = routed.request.query.getAll("ports").flatMap((item) => item.split(",").map(Number));
  if (ports.length === 0 || !ports.every((port) => Number.isInteger(port) && port > 0 && port < 65_536))
    return err(badRequest('query parameter "ports" is required'));
  return ok(
    upgraded((request, socket, head) =>
      acceptWebSocket(request, socket, head, protocol, (webSocket) => {
        void forwardOverChannels(webSocket, ports, shown, dial);
      }),
    ),
  );
}

function upgraded(take: UpgradeResponse["take"]): UpgradeResponse {
  return { kind: "upgrade", status: 101, take };
}

function upgradeRequired(): Status {
  return badRequest("Upgrade request required");
}

/** The best protocol that both know. A client that names none speaks the first version, which has no name. */
function negotiate(upgrade: Upgrade, known: readonly string[]): string | undefined {
  if (upgrade.protocols.length === 0) return "";
  return known.find((protocol) => upgrade.protocols.includes(protocol));
}

function noCommonProtocol(upgrade: Upgrade): Status {
  return failure(
    403,
    "Forbidden",
    `unable to upgrade: none of the protocols ${JSON.stringify(upgrade.protocols)} is supported`,
  );
}
