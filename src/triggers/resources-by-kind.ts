import type {
  DecodedObject,
  InterceptorObject,
  Trigger,
  TriggerBinding,
  TriggerTemplate,
} from "../api/triggers/objects.ts";
import type { TriggerResources } from "./trigger-resources.ts";

/** The kinds that the engine and a listener look up. */
export type LookedUpKind =
  | "EventListener"
  | "Trigger"
  | "TriggerBinding"
  | "TriggerTemplate"
  | "ClusterTriggerBinding"
  | "ClusterInterceptor"
  | "Interceptor";

/** The look-ups of the engine, all made by kind and name. */
export abstract class ResourcesByKind implements TriggerResources {
  /** Undefined when there is none of that name; kinds of the whole cluster have no namespace. */
  protected abstract find<T extends DecodedObject>(
    kind: LookedUpKind,
    namespace: string | undefined,
    name: string,
  ): T | undefined;

  abstract triggers(namespace?: string): readonly Trigger[];

  trigger(namespace: string, name: string): Trigger | undefined {
    return this.find("Trigger", namespace, name);
  }

  triggerBinding(namespace: string, name: string): TriggerBinding | undefined {
    return this.find("TriggerBinding", namespace, name);
  }

  clusterTriggerBinding(name: string): TriggerBinding | undefined {
    return this.find("ClusterTriggerBinding", undefined, name);
  }

  triggerTemplate(namespace: string, name: string): TriggerTemplate | undefined {
    return this.find("TriggerTemplate", namespace, name);
  }

  clusterInterceptor(name: string): InterceptorObject | undefined {
    return this.find("ClusterInterceptor", undefined, name);
  }

  interceptor(namespace: string, name: string): InterceptorObject | undefined {
    return this.find("Interceptor", namespace, name);
  }
}
