import { randomInt } from "node:crypto";
import type { Fields } from "../../api/core/fields.ts";
import { child, items, setDefault, text } from "../../api/core/fields.ts";
import type { K8sObject, Status } from "../../api/object.ts";
import { err, ok, type Result } from "../../result.ts";
import type { ObjectStore } from "../../store/object-store.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../pipeline.ts";
import { forbiddenObject } from "../status.ts";

const mountPath = "/var/run/secrets/kubernetes.io/serviceaccount";
const mirrorAnnotation = "kubernetes.io/config.mirror";
const suffixAlphabet = "bcdfghjklmnpqrstvwxz2456789";

/**
 * Admission of Pods: the service account and its token volume, priority, and tolerations of an ailing node (spec:
 * kube-api, section 13).
 */
export class ServiceAccountAdmission implements AdmissionPlugin {
  readonly #store: ObjectStore;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  handles({ operation, definition, subresource, object }: AdmissionAttributes): boolean {
    // Mirror Pods tell of what a node runs already, so they are taken as they are.
    const isMirror = object?.metadata.annotations?.[mirrorAnnotation] !== undefined;
    return operation === "CREATE" && definition.collection === "/pods" && subresource === undefined && !isMirror;
  }

  admit({ object, namespace = "", name, definition }: AdmissionAttributes): Result<K8sObject | undefined, Status> {
    const pod = structuredClone(object) as unknown as Fields;
    const spec = child(pod, "spec");
    if (!spec) return ok(undefined);
    setDefault(spec, "serviceAccountName", "default");
    const accountName = text(spec, "serviceAccountName");
    spec["serviceAccount"] = accountName;
    const account = this.#store.get("/serviceaccounts", `${namespace}/${accountName}`)?.object;
    if (!account) {
      return err(
        forbiddenObject(
          { group: "", resource: definition.resource },
          name,
          `error looking up service account ${namespace}/${accountName}: serviceaccount ${JSON.stringify(accountName)} not found`,
        ),
      );
    }
    const mount = spec["automountServiceAccountToken"] ?? account["automountServiceAccountToken"] ?? true;
    if (mount === true) mountToken(spec);
    const secrets = account["imagePullSecrets"];
    if (items(spec, "imagePullSecrets").length === 0 && Array.isArray(secrets) && secrets.length > 0) {
      spec["imagePullSecrets"] = secrets as Fields[];
    }
    setDefault(spec, "priority", 0);
    setDefault(spec, "preemptionPolicy", "PreemptLowerPriority");
    tolerateAilingNodes(spec);
    return ok(pod as unknown as K8sObject);
  }
}

function mountToken(spec: Fields): void {
  const containers = [...items(spec, "initContainers"), ...items(spec, "containers")];
  const needing = containers.filter(
    (container) => !items(container, "volumeMounts").some((mount) => mount["mountPath"] === mountPath),
  );
  if (needing.length === 0) return;
  const suffix = Array.from({ length: 5 }, () => suffixAlphabet[randomInt(suffixAlphabet.length)]).join("");
  const volume = `kube-api-access-${suffix}`;
  spec["volumes"] = [
    ...items(spec, "volumes"),
    {
      name: volume,
      projected: {
        sources: [
          { serviceAccountToken: { expirationSeconds: 3607, path: "token" } },
          { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
          {
            downwardAPI: {
              items: [{ path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } }],
            },
          },
          {
            configMap: { name: "openshift-service-ca.crt", items: [{ key: "service-ca.crt", path: "service-ca.crt" }] },
          },
        ],
        defaultMode: 420,
      },
    },
  ];
  for (const container of needing) {
    container["volumeMounts"] = [...items(container, "volumeMounts"), { name: volume, readOnly: true, mountPath }];
  }
}

function tolerateAilingNodes(spec: Fields): void {
  const tolerations = [...items(spec, "tolerations")];
  for (const key of ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"]) {
    const tolerated = tolerations.some(
      (toleration) =>
        (text(toleration, "key") === key || text(toleration, "key") === "") &&
        (text(toleration, "effect") === "NoExecute" || text(toleration, "effect") === ""),
    );
    if (!tolerated) tolerations.push({ key, operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 });
  }
  spec["tolerations"] = tolerations;
}
