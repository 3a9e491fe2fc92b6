import type { K8sObject } from "../api/object.ts";
import { type JsonValue, member } from "../json/value.ts";
import type { KubeClient } from "../kube/client.ts";
import { Informer } from "../kube/informer.ts";
import { configMaps, secrets } from "../kube/known-resources.ts";
import { openTracer } from "../tracing/open-tracer.ts";
import type { Tracer } from "../tracing/tracer.ts";
import { tracingFromConfigMap, tracingFromEnv } from "../tracing/tracing-settings.ts";

const configMapName = "config-tracing";
const serviceName = "tektite";

export interface TracingOptions {
  readonly client: KubeClient;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where Tekton's own ConfigMaps are. */
  readonly namespace: string;
  readonly version: string;
  readonly signal: AbortSignal;
  readonly log: (message: string) => void;
}

/**
 * The tracer of this process: as OpenTelemetry's environment variables say, else as Tekton's ConfigMap `config-tracing`
 * does, which may change at any time.
 */
export class Tracing {
  readonly #options: TracingOptions;
  #tracer: Tracer | undefined;
  /** Changes are taken over one after the other. */
  #changing: Promise<void> = Promise.resolve();

  constructor(options: TracingOptions) {
    this.#options = options;
  }

  get tracer(): Tracer | undefined {
    return this.#tracer;
  }

  /** Resolves once the settings that are there now are in force. */
  async start(): Promise<void> {
    const { client, env, namespace, signal } = this.#options;
    const told = tracingFromEnv(env, serviceName);
    if (!told.ok || told.value !== undefined) {
      this.#tracer = await openTracer(told, this.#options);
      return;
    }
    const informer = new Informer(client, configMaps, { namespace, fieldSelector: `metadata.name=${configMapName}` });
    informer.onChange(({ kind, object }) => {
      this.#changing = this.#changing.then(() => this.#follow(kind === "deleted" ? undefined : object));
    });
    await informer.start(signal);
    await this.#changing;
  }

  async close(): Promise<void> {
    await this.#changing;
    await this.#tracer?.close();
  }

  async #follow(map: K8sObject | undefined): Promise<void> {
    const data = (map?.["data"] ?? {}) as Readonly<Record<string, string>>;
    const before = this.#tracer;
    const settings = tracingFromConfigMap(data, await this.#credentials(data["credentialsSecret"] ?? ""), serviceName);
    this.#tracer = await openTracer(settings, this.#options);
    await before?.close();
  }

  async #credentials(name: string): Promise<{ readonly username: string; readonly password: string } | undefined> {
    if (name === "") return undefined;
    const { client, namespace, log } = this.#options;
    const found = await client.get(secrets, { namespace, name });
    if (!found.ok) {
      log(`traces are sent without credentials: ${found.error.message ?? name}`);
      return undefined;
    }
    const data = found.value["data"] as JsonValue | undefined;
    const text = (key: string) => Buffer.from(String(member(data, key) ?? ""), "base64").toString();
    return { username: text("username"), password: text("password") };
  }
}
