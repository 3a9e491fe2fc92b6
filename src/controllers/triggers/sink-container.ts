import type { GoObject } from "../../api/triggers/go-decode.ts";
import type { EventListener } from "../../api/triggers/objects.ts";
import { isMultiNamespace, validatesPayload } from "../../api/triggers/sink-settings.ts";
import type { ListenerConfig } from "./listener-config.ts";

/** Port of the sink inside its pod, whatever its Service listens on. */
export const sinkPort = 8080;

/** Arguments of every sink, in the order in which upstream writes them (spec: controller, section 3). */
export function sinkArgs(listener: EventListener, { flags }: ListenerConfig): readonly string[] {
  const { metadata = {}, spec = {} } = listener;
  return [
    `--el-name=${metadata.name ?? ""}`,
    `--el-namespace=${metadata.namespace ?? ""}`,
    `--port=${sinkPort}`,
    `--readtimeout=${flags.readTimeout}`,
    `--writetimeout=${flags.writeTimeout}`,
    `--idletimeout=${flags.idleTimeout}`,
    `--timeouthandler=${flags.timeoutHandler}`,
    `--httpclient-readtimeout=${flags.httpClientReadTimeout}`,
    `--httpclient-keep-alive=${flags.httpClientKeepAlive}`,
    `--httpclient-tlshandshaketimeout=${flags.httpClientTlsHandshakeTimeout}`,
    `--httpclient-responseheadertimeout=${flags.httpClientResponseHeaderTimeout}`,
    `--httpclient-expectcontinuetimeout=${flags.httpClientExpectContinueTimeout}`,
    `--is-multi-ns=${isMultiNamespace(listener)}`,
    `--payload-validation=${validatesPayload(listener)}`,
    `--cloudevent-uri=${spec.cloudEventURI ?? ""}`,
  ];
}

/** Environment of every sink: what comes before the user's own variables. */
export function leadingEnv(listener: EventListener, config: ListenerConfig): readonly GoObject[] {
  return [
    { name: "K_LOGGING_CONFIG", value: config.logging },
    { name: "K_OBSERVABILITY_CONFIG", value: config.observability },
    { name: "NAMESPACE", value: listener.metadata?.namespace ?? "" },
    { name: "NAME", value: listener.metadata?.name ?? "" },
    { name: "EL_EVENT", value: config.flags.events },
    { name: "K_SINK_TIMEOUT", value: String(config.flags.timeoutHandler) },
  ];
}

/** And what comes after them. */
export function trailingEnv({ env }: ListenerConfig): readonly GoObject[] {
  return [
    { name: "METRICS_PROMETHEUS_PORT", value: env.metricsPort },
    { name: "KUBERNETES_MIN_VERSION", value: env.kubernetesMinVersion },
  ];
}

/** The security context of a sink whose user sets none. */
export function defaultContainerSecurity({ flags, defaults }: ListenerConfig): GoObject {
  return {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    runAsNonRoot: defaults.runAsNonRoot,
    seccompProfile: { type: "RuntimeDefault" },
    ...(flags.readOnlyRootFilesystem && { readOnlyRootFilesystem: true }),
    ...(defaults.runAsUser !== undefined && { runAsUser: defaults.runAsUser }),
    ...(defaults.runAsGroup !== undefined && { runAsGroup: defaults.runAsGroup }),
  };
}

/** The same of its pod, where root is never allowed. */
export function defaultPodSecurity({ defaults }: ListenerConfig): GoObject {
  return {
    runAsNonRoot: true,
    seccompProfile: { type: "RuntimeDefault" },
    ...(defaults.runAsUser !== undefined && { runAsUser: defaults.runAsUser }),
    ...(defaults.runAsGroup !== undefined && { runAsGroup: defaults.runAsGroup }),
    ...(defaults.fsGroup !== undefined && { fsGroup: defaults.fsGroup }),
  };
}
