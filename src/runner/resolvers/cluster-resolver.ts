import { convertPipelinesObject } from "../../api/pipelines/conversion.ts";
import type { KubeClient } from "../../kube/client.ts";
import { err, ok, type Result } from "../../result.ts";
import { pipelines, stepActions, tasks } from "../resources.ts";
import { digestOf } from "./definition.ts";
import {
  type ResolvedObject,
  type Resolver,
  type ResolverError,
  type ResolverRequest,
  textParam,
} from "./resolvers.ts";

const kinds = new Map([
  ["task", tasks],
  ["pipeline", pipelines],
  ["stepaction", stepActions],
]);

/** Definitions that are objects of this API server, also of other namespaces. */
export class ClusterResolver implements Resolver {
  readonly title = "Cluster";
  readonly #client: KubeClient;

  constructor(client: KubeClient) {
    this.#client = client;
  }

  async resolve({ params, kind: wanted }: ResolverRequest): Promise<Result<ResolvedObject, ResolverError>> {
    const kind = textParam(params, "kind") ?? "task";
    const name = textParam(params, "name");
    const namespace = textParam(params, "namespace");
    const missing = [...(name === undefined ? ["name"] : []), ...(namespace === undefined ? ["namespace"] : [])];
    if (name === undefined || namespace === undefined) {
      return err({ kind: "invalid", cause: `missing required cluster resolver params: ${missing.join(", ")}` });
    }
    const resource = kinds.get(kind);
    if (resource === undefined) {
      return err({ kind: "invalid", cause: `unknown or unsupported resource kind '${kind}'` });
    }
    const found = await this.#client.get(resource, { namespace, name });
    if (!found.ok) return err({ kind: "failed", cause: found.error.message ?? "not found" });
    if (found.value.kind !== wanted) {
      return err({ kind: "failed", cause: `expected a ${wanted}, found a ${found.value.kind}` });
    }
    const object = convertPipelinesObject(found.value, resource.version);
    const spec = JSON.stringify(object["spec"] ?? {});
    return ok({
      object,
      refSource: {
        uri: `/apis/tekton.dev/${resource.version}/namespaces/${namespace}/${kind}/${name}@${object.metadata.uid}`,
        digest: { sha256: digestOf("sha256", spec) },
      },
    });
  }
}
