import type { InterceptorObject, Trigger, TriggerBinding, TriggerTemplate } from "../api/triggers/objects.ts";

/** The objects that the engine looks up, in their defaulted v1beta1 form (interceptors: v1alpha1). */
export interface TriggerResources {
  trigger(namespace: string, name: string): Trigger | undefined;
  /** Triggers of a namespace, or of all; in no particular order. */
  triggers(namespace?: string): readonly Trigger[];
  triggerBinding(namespace: string, name: string): TriggerBinding | undefined;
  clusterTriggerBinding(name: string): TriggerBinding | undefined;
  triggerTemplate(namespace: string, name: string): TriggerTemplate | undefined;
  clusterInterceptor(name: string): InterceptorObject | undefined;
  interceptor(namespace: string, name: string): InterceptorObject | undefined;
  /**
   * Why objects of a resource (plural) cannot be looked up at the moment, such as a missing permission; undefined when
   * they can. What depends on one that is not found may then pass later.
   */
  unreadable?(plural: string): string | undefined;
}
