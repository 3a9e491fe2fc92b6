import type { K8sObject, Resource } from "../api/object.ts";
import type { Param } from "../api/pipelines/param.ts";
import type { PipelineSpec } from "../api/pipelines/pipeline.ts";
import type { Ref, StepActionSpec, TaskSpec } from "../api/pipelines/task.ts";
import type { JsonObject } from "../json/value.ts";
import type { KubeClient } from "../kube/client.ts";
import { statusText } from "../kube/status-text.ts";
import { err, ok, type Result } from "../result.ts";
import type { Resolvers } from "./resolvers/resolvers.ts";
import { pipelines, stepActions, tasks } from "./resources.ts";

/** A Task, Pipeline or StepAction that a ref named. */
export interface Fetched<Spec> {
  readonly name: string;
  readonly spec: Spec;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** For `status.provenance.refSource`; only of resolvers. */
  readonly refSource?: JsonObject;
}

/** Finds what taskRef, pipelineRef and step refs name: by name in the namespace, or by a resolver. */
export class SpecSources {
  readonly #client: KubeClient;
  readonly #resolvers: Resolvers;

  constructor(client: KubeClient, resolvers: Resolvers) {
    this.#client = client;
    this.#resolvers = resolvers;
  }

  /** Errors are causes such as `tasks.tekton.dev "x" not found`. */
  task(ref: Ref, namespace: string): Promise<Result<Fetched<TaskSpec>, string>> {
    return this.#fetch<TaskSpec>(ref, namespace, "Task", tasks);
  }

  pipeline(ref: Ref, namespace: string): Promise<Result<Fetched<PipelineSpec>, string>> {
    return this.#fetch<PipelineSpec>(ref, namespace, "Pipeline", pipelines);
  }

  stepAction(ref: Ref, namespace: string): Promise<Result<Fetched<StepActionSpec>, string>> {
    return this.#fetch<StepActionSpec>(ref, namespace, "StepAction", stepActions);
  }

  async #fetch<Spec>(
    ref: Ref,
    namespace: string,
    kind: "Task" | "Pipeline" | "StepAction",
    resource: Resource,
  ): Promise<Result<Fetched<Spec>, string>> {
    if (ref.resolver !== undefined && ref.resolver !== "") {
      const params: readonly Param[] = ref.params ?? [];
      const resolved = await this.#resolvers.resolve({ resolver: ref.resolver, params, namespace, kind });
      if (!resolved.ok) return err(resolved.error);
      return ok({ ...fetched<Spec>(resolved.value.object), refSource: resolved.value.refSource });
    }
    const found = await this.#client.get(resource, { namespace, name: ref.name ?? "" });
    return found.ok ? ok(fetched<Spec>(found.value)) : err(statusText(found.error));
  }
}

function fetched<Spec>(object: K8sObject): Fetched<Spec> {
  return {
    name: object.metadata.name ?? "",
    // Stored and resolved objects have passed admission, which checked this shape.
    spec: (object["spec"] ?? {}) as Spec,
    labels: object.metadata.labels ?? {},
    annotations: object.metadata.annotations ?? {},
  };
}
