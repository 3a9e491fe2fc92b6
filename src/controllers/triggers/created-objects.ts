import type { K8sObject } from "../../api/object.ts";
import type { Informer } from "../../kube/informer.ts";
import { keyOf } from "../../kube/object-key.ts";

/**
 * A cache that also knows what this process has just created, until the watch shows it: a listener that is reconciled
 * again at once must not try to create its Deployment a second time.
 */
export class CreatedObjects {
  readonly #informer: Pick<Informer, "get" | "onChange">;
  readonly #created = new Map<string, K8sObject>();

  constructor(informer: Pick<Informer, "get" | "onChange">) {
    this.#informer = informer;
    informer.onChange(({ object }) => this.#created.delete(keyOf(object)));
  }

  add(object: K8sObject): void {
    this.#created.set(keyOf(object), object);
  }

  get(namespace: string, name: string): K8sObject | undefined {
    return this.#informer.get(namespace, name) ?? this.#created.get(keyOf({ metadata: { namespace, name } }));
  }
}
