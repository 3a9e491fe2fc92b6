import type { K8sObject, Resource } from "../../api/object.ts";
import { decodeStruct, type GoObject } from "../../api/triggers/go-decode.ts";
import { encodeStruct } from "../../api/triggers/go-encode.ts";
import { structOf } from "../../api/triggers/go-type.ts";
import { parsedJson, type RawJson } from "../../api/triggers/json-source.ts";
import type { DecodedObject, EventListener, PodTemplate } from "../../api/triggers/objects.ts";
import { customResourceTypes } from "../../api/triggers/trigger-types.ts";
import { err, ok, type Result } from "../../result.ts";
import { defined } from "./defined.ts";
import type { ListenerConfig } from "./listener-config.ts";
import { journalParts } from "./listener-journal.ts";
import { ownerReference, ownLabels, staticLabels, workloadName } from "./listener-names.ts";
import { defaultContainerSecurity, leadingEnv, sinkArgs, sinkPort, trailingEnv } from "./sink-container.ts";

/** What is read of a custom resource, and all that is written of it. */
export const withPod = structOf(customResourceTypes, "WithPod");

/** A custom resource as far as it is read. */
export interface WithPod extends DecodedObject {
  readonly spec?: { readonly template?: PodTemplate };
}

/**
 * The custom object (such as a Knative Service) of an EventListener, decoded; everything in the given one but its pod
 * template is dropped (spec: controller, section 5).
 */
export function buildCustomResource(
  listener: EventListener,
  given: RawJson,
  config: ListenerConfig,
): Result<WithPod, string> {
  const decoded = decodeStruct(withPod, given.json, parsedJson, { strict: false });
  if (!decoded.ok) return decoded;
  const { kind = "", apiVersion, metadata = {}, spec } = decoded.value as WithPod;
  if (kind === "") return err(`Object 'Kind' is missing in '${given.text}'`);
  const journal = journalParts(listener, config);
  if (!journal.ok) return journal;
  const template = spec?.template;
  const { tolerations, nodeSelector, serviceAccountName, affinity, topologySpreadConstraints } = template?.spec ?? {};
  const containers = template?.spec?.containers ?? [];
  const [own] = containers.length === 1 ? containers : [];

  const container = defined({
    name: "event-listener",
    image: config.flags.image,
    ports: [{ containerPort: sinkPort, protocol: "TCP" }],
    args: [...sinkArgs(listener, config), ...journal.value.args],
    env: [
      ...leadingEnv(listener, config),
      ...((own?.env ?? []) as readonly GoObject[]),
      { name: "SYSTEM_NAMESPACE", value: listener.metadata?.namespace ?? "" },
      ...trailingEnv(config),
      ...journal.value.env,
    ],
    resources: own?.resources,
    volumeMounts: journal.value.volumeMounts,
    readinessProbe: { httpGet: { path: "/live", port: 0, scheme: "HTTP" }, successThreshold: 1 },
    securityContext: config.flags.setSecurityContext ? defaultContainerSecurity(config) : undefined,
  });
  const { name, labels, annotations } = template?.metadata ?? {};
  const built = defined({
    kind,
    apiVersion,
    metadata: defined({
      ...metadata,
      name: metadata.name || workloadName(listener),
      namespace: metadata.namespace || listener.metadata?.namespace,
      labels: {
        ...ownLabels(listener, config.features.labelsExclusionPattern),
        ...staticLabels(listener),
        ...metadata.labels,
      },
      ownerReferences: [ownerReference(listener)],
    }),
    spec: {
      template: {
        metadata: defined({ name, labels, annotations }),
        spec: defined({
          containers: [container],
          tolerations,
          nodeSelector,
          serviceAccountName,
          affinity,
          topologySpreadConstraints,
          volumes: journal.value.volumes,
        }),
      },
    },
  });
  return ok(built as WithPod);
}

/** The object as it is sent. */
export function encodeWithPod(object: WithPod): K8sObject {
  return encodeStruct(withPod, object as unknown as GoObject) as unknown as K8sObject;
}

/** The resource of a kind, by the rules of English as Kubernetes guesses them. */
export function guessResource(apiVersion: string, kind: string): Resource {
  const slash = apiVersion.indexOf("/");
  return {
    group: slash < 0 ? "" : apiVersion.slice(0, slash),
    version: apiVersion.slice(slash + 1),
    resource: plural(kind.toLowerCase()),
  };
}

function plural(singular: string): string {
  if (singular.endsWith("endpoints")) return singular;
  if (singular.endsWith("s")) return `${singular}es`;
  if (singular.endsWith("y")) return `${singular.slice(0, -1)}ies`;
  return `${singular}s`;
}
