import { existsSync } from "node:fs";
import { KubeClient } from "../kube/client.ts";
import { HttpsTransport } from "../kube/https-transport.ts";
import { inClusterAccess, loadKubeconfig } from "../kube/kubeconfig.ts";
import { err, ok, type Result } from "../result.ts";
import { type Failure, failure } from "./failure.ts";

/** Flags that every role takes beside its own. */
export const accessFlags = { kubeconfig: "", context: "" } as const;

/**
 * The API server of a role: that of `--kubeconfig` or `$KUBECONFIG`, else the one of the cluster that it runs in, with
 * the service account of its pod.
 */
export function roleClient(flags: {
  readonly kubeconfig: string;
  readonly context: string;
}): Result<KubeClient, Failure> {
  const named = flags.kubeconfig !== "" || flags.context !== "" || (process.env["KUBECONFIG"] ?? "") !== "";
  const access = named
    ? loadKubeconfig({ path: flags.kubeconfig || undefined, context: flags.context || undefined })
    : inClusterAccess();
  return access.ok ? ok(new KubeClient(new HttpsTransport(access.value))) : err(failure(access.error));
}

/** The namespace that a role belongs to (spec: controller, section 1); without it nothing can be found. */
export function systemNamespaceOf(env: Readonly<Record<string, string | undefined>>): Result<string, Failure> {
  const namespace = env["SYSTEM_NAMESPACE"] ?? "";
  if (namespace !== "") return ok(namespace);
  const own = "/var/run/secrets/kubernetes.io/serviceaccount/namespace";
  const hint = existsSync(own) ? "set it from metadata.namespace in the pod's manifest" : "such as tekton-pipelines";
  return err(failure(`the environment variable SYSTEM_NAMESPACE is not set: ${hint}`));
}
