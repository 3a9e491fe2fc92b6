import type { ResourceDefinition } from "./resource-definition.ts";

/** The resources served, built-in and custom; changes at runtime as CustomResourceDefinitions come and go. */
export class ResourceRegistry {
  readonly #builtin: readonly ResourceDefinition[];
  readonly #byResource = new Map<string, ResourceDefinition>();
  readonly #custom = new Map<string, ResourceDefinition>();
  #generation = 0;

  constructor(builtin: readonly ResourceDefinition[]) {
    this.#builtin = builtin;
    for (const definition of builtin) this.#byResource.set(`${definition.group}/${definition.resource}`, definition);
  }

  /** Goes up with every change, so that what is derived can be cached. */
  get generation(): number {
    return this.#generation;
  }

  find(group: string, resource: string): ResourceDefinition | undefined {
    return this.#byResource.get(`${group}/${resource}`);
  }

  /** All resources, built-in ones first. */
  all(): readonly ResourceDefinition[] {
    return [...this.#builtin, ...this.#custom.values()];
  }

  /** Whether a built-in resource lives in that group version. */
  hasBuiltinVersion(group: string, version: string): boolean {
    return this.#builtin.some(
      (definition) => definition.group === group && definition.versions.some((served) => served.version === version),
    );
  }

  /** Serves a custom resource, or its changed definition. */
  put(definition: ResourceDefinition): void {
    const key = `${definition.group}/${definition.resource}`;
    this.#custom.set(key, definition);
    this.#byResource.set(key, definition);
    this.#generation++;
  }

  remove(group: string, resource: string): void {
    const key = `${group}/${resource}`;
    if (!this.#custom.delete(key)) return;
    this.#byResource.delete(key);
    this.#generation++;
  }
}
