import type { K8sObject } from "../../api/object.ts";
import type { GoObject } from "../../api/triggers/go-decode.ts";
import { encodeStruct } from "../../api/triggers/go-encode.ts";
import { structOf } from "../../api/triggers/go-type.ts";
import type { Container, EnvVar, EventListener } from "../../api/triggers/objects.ts";
import { quoteGo } from "../../json/go-print.ts";
import { err, ok, type Result } from "../../result.ts";
import { defined } from "./defined.ts";
import type { ListenerConfig } from "./listener-config.ts";
import { type JournalParts, journalParts } from "./listener-journal.ts";
import { ownerReference, ownLabels, staticLabels, workloadName } from "./listener-names.ts";
import {
  defaultContainerSecurity,
  defaultPodSecurity,
  leadingEnv,
  sinkArgs,
  sinkPort,
  trailingEnv,
} from "./sink-container.ts";
import { workloadTypes } from "./workload-types.ts";

const tlsVolume = "https-connection";
const tlsFolder = "/etc/triggers/tls";

/**
 * The Deployment of an EventListener that has been defaulted (spec: controller, section 3). The error says why none can
 * be built.
 */
export function buildDeployment(listener: EventListener, config: ListenerConfig): Result<K8sObject, string> {
  const kubernetes = listener.spec?.resources?.kubernetesResource;
  const pod = kubernetes?.spec?.template;
  const podSpec = pod?.spec ?? {};
  const journal = journalParts(listener, config);
  if (!journal.ok) return journal;
  const container = buildContainer(listener, podSpec.containers?.[0] ?? {}, journal.value, config);
  if (!container.ok) return container;

  const selector = staticLabels(listener);
  const labels = { ...ownLabels(listener, config.features.labelsExclusionPattern), ...selector };
  const { tolerations, nodeSelector, imagePullSecrets, affinity, topologySpreadConstraints } = podSpec;
  const spec: GoObject = defined({
    replicas: kubernetes?.replicas,
    selector: { matchLabels: selector },
    strategy: journal.value.isExclusive ? { type: "Recreate" } : undefined,
    template: {
      metadata: defined({ labels: { ...labels, ...pod?.metadata?.labels }, annotations: pod?.metadata?.annotations }),
      spec: defined({
        tolerations,
        nodeSelector,
        imagePullSecrets,
        affinity,
        topologySpreadConstraints,
        serviceAccountName: podSpec.serviceAccountName || listener.spec?.serviceAccountName,
        containers: [container.value],
        volumes: [...tlsVolumes(podSpec.containers?.[0]?.env ?? []), ...journal.value.volumes],
        securityContext: config.flags.setSecurityContext
          ? (podSpec.securityContext ?? defaultPodSecurity(config))
          : undefined,
      }),
    },
  });
  const annotations = listener.metadata?.annotations ?? {};
  return ok({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: {
      name: workloadName(listener),
      namespace: listener.metadata?.namespace ?? "",
      labels,
      ...(Object.keys(annotations).length > 0 && { annotations }),
      ownerReferences: [ownerReference(listener)],
    },
    spec: encodeStruct(structOf(workloadTypes, "DeploymentSpec"), spec),
    status: {},
  });
}

function buildContainer(
  listener: EventListener,
  own: Container,
  journal: JournalParts,
  config: ListenerConfig,
): Result<GoObject, string> {
  const env = own.env ?? [];
  const metricsPort = parseInt32(config.env.metricsPort);
  if (!metricsPort.ok) return metricsPort;
  const broken = env.find(({ name, valueFrom }) => isTls(name) && valueFrom?.secretKeyRef === undefined);
  if (broken !== undefined) return err(`environment variable ${broken.name} must come from a secretKeyRef`);

  const cert = env.findLast(({ name }) => name === "TLS_CERT");
  const key = env.findLast(({ name }) => name === "TLS_KEY");
  const secure = cert !== undefined && key !== undefined;
  const probe: GoObject = {
    httpGet: { path: "/live", port: sinkPort, scheme: secure ? "HTTPS" : "HTTP" },
    periodSeconds: config.flags.periodSeconds,
    failureThreshold: config.flags.failureThreshold,
  };
  return ok(
    defined({
      name: "event-listener",
      image: config.flags.image,
      ports: [
        { containerPort: sinkPort, protocol: "TCP" },
        { containerPort: metricsPort.value, protocol: "TCP" },
      ],
      args: [
        ...sinkArgs(listener, config),
        `--tls-cert=${tlsFile(cert)}`,
        `--tls-key=${tlsFile(key)}`,
        ...journal.args,
      ],
      env: [
        ...leadingEnv(listener, config),
        ...(env as readonly GoObject[]),
        {
          name: "SYSTEM_NAMESPACE",
          valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } },
        },
        ...trailingEnv(config),
        ...journal.env,
      ],
      resources: own.resources,
      volumeMounts: [
        ...(secure ? [{ name: tlsVolume, mountPath: tlsFolder, readOnly: true }] : []),
        ...journal.volumeMounts,
      ],
      securityContext: config.flags.setSecurityContext
        ? (own.securityContext ?? defaultContainerSecurity(config))
        : undefined,
      readinessProbe: own.readinessProbe ?? probe,
      livenessProbe: own.livenessProbe ?? probe,
      startupProbe: own.startupProbe,
    }),
  );
}

function isTls(name = ""): boolean {
  return name === "TLS_CERT" || name === "TLS_KEY";
}

function tlsFile(env: EnvVar | undefined): string {
  return env === undefined ? "" : `${tlsFolder}/${env.valueFrom?.secretKeyRef?.key ?? ""}`;
}

/** One for each variable: two of one name give two volumes of one name, which the API server refuses. */
function tlsVolumes(env: readonly EnvVar[]): readonly GoObject[] {
  return env
    .filter(({ name }) => name === "TLS_CERT")
    .map(({ valueFrom }) => ({
      name: tlsVolume,
      secret: { secretName: valueFrom?.secretKeyRef?.name ?? "" },
    }));
}

/** As Go's `strconv.ParseInt` with 32 bits. */
function parseInt32(text: string): Result<number, string> {
  const fail = (why: string) => err(`strconv.ParseInt: parsing ${quoteGo(text)}: ${why}`);
  if (!/^[+-]?\d+$/.test(text)) return fail("invalid syntax");
  const value = Number(text);
  return value === (value | 0) ? ok(value | 0) : fail("value out of range");
}
