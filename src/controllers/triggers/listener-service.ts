import type { K8sObject } from "../../api/object.ts";
import { encodeStruct } from "../../api/triggers/go-encode.ts";
import { structOf } from "../../api/triggers/go-type.ts";
import type { EventListener } from "../../api/triggers/objects.ts";
import { goUrl, printGoUrl } from "../../json/go-url.ts";
import { defined } from "./defined.ts";
import type { ListenerConfig } from "./listener-config.ts";
import { ownerReference, ownLabels, staticLabels, workloadName } from "./listener-names.ts";
import { sinkPort } from "./sink-container.ts";
import { workloadTypes } from "./workload-types.ts";

const securePort = 8443;
/** Where a sink's metrics are, whatever METRICS_PROMETHEUS_PORT says (a quirk of the Service only). */
const metricsPort = 9000;

/** The Service of an EventListener that has been defaulted (spec: controller, section 4). */
export function buildService(listener: EventListener, config: ListenerConfig): K8sObject {
  const kubernetes = listener.spec?.resources?.kubernetesResource ?? {};
  const { servicePort, serviceType = "" } = kubernetes;
  const secure = servesTls(listener);
  const port = servicePort ?? config.flags.port;
  const listenerPort = defined({
    name: secure ? "https-listener" : "http-listener",
    protocol: "TCP",
    port: secure && port === sinkPort ? securePort : port,
    targetPort: sinkPort,
    nodePort: serviceType === "NodePort" ? servicePort : undefined,
  });
  const selector = staticLabels(listener);
  const annotations = listener.metadata?.annotations ?? {};
  const spec = defined({
    selector,
    type: serviceType,
    ports: [listenerPort, { name: "http-metrics", protocol: "TCP", port: metricsPort, targetPort: metricsPort }],
    loadBalancerClass: kubernetes.serviceLoadBalancerClass,
  });
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: workloadName(listener),
      namespace: listener.metadata?.namespace ?? "",
      labels: { ...ownLabels(listener, config.features.labelsExclusionPattern), ...selector },
      ...(Object.keys(annotations).length > 0 && { annotations }),
      ownerReferences: [ownerReference(listener)],
    },
    spec: encodeStruct(structOf(workloadTypes, "ServiceSpec"), spec),
    status: { loadBalancer: {} },
  };
}

/**
 * `status.address.url`: always `http`, and the port is worked out anew (a quirk: with TLS it is 8443 whenever the
 * controller's port, not the listener's, is 8080).
 */
export function listenerAddress(listener: EventListener, config: ListenerConfig): string {
  const { servicePort } = listener.spec?.resources?.kubernetesResource ?? {};
  const usesSecurePort = servesTls(listener) && config.flags.port === sinkPort;
  const port = usesSecurePort ? securePort : (servicePort ?? config.flags.port);
  const host = `${workloadName(listener)}.${listener.metadata?.namespace ?? ""}.svc.${config.clusterDomain}:${port}`;
  return printGoUrl(goUrl({ scheme: "http", host }));
}

/** Whether both files of a certificate are named. */
function servesTls(listener: EventListener): boolean {
  const env = listener.spec?.resources?.kubernetesResource?.spec?.template?.spec?.containers?.[0]?.env ?? [];
  const keyOf = (name: string) => env.findLast((each) => each.name === name)?.valueFrom?.secretKeyRef?.key ?? "";
  return keyOf("TLS_CERT") !== "" && keyOf("TLS_KEY") !== "";
}
