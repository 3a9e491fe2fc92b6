import type { OwnerReference, Resource } from "../api/object.ts";
import type { KubeClient } from "../kube/client.ts";
import { Informer } from "../kube/informer.ts";
import { namespaces } from "../kube/known-resources.ts";
import { type LeaderElectionTimes, LeaderElector } from "../kube/leader-election.ts";
import type { ServingCertificates } from "../kube/serving-certificates.ts";
import { WorkQueue } from "../kube/work-queue.ts";
import { err, ok, type Result } from "../result.ts";
import { completeConfiguration, trusts, webhookConfigurations } from "./webhook-configurations.ts";

/** Who renews certificates; the other queues are those of the configurations. */
export const certificatesQueue = "webhookcertificates";

export interface WebhookControllerOptions {
  readonly client: KubeClient;
  /** Where the component runs. */
  readonly namespace: string;
  readonly certificates: ServingCertificates;
  /** Make the configurations go with the namespace. */
  readonly isOwnedByNamespace: boolean;
  readonly isLeader: (queue: string) => boolean;
  readonly log: (message: string) => void;
  readonly signal: AbortSignal;
}

/** Keeps the webhook configurations complete: whom to call, for what, and which authority to trust. */
export class WebhookController {
  readonly #options: WebhookControllerOptions;
  readonly #queue: WorkQueue;
  readonly #informers: ReadonlyMap<string, Informer>;

  constructor(options: WebhookControllerOptions) {
    this.#options = options;
    this.#queue = new WorkQueue((name) => this.#reconcile(name), {
      workers: 1,
      baseDelayMs: 50,
      maxDelayMs: 60_000,
      onError: (name, error) => options.log(`webhook configuration ${name}: ${error}`),
    });
    this.#informers = new Map(
      webhookConfigurations.map(({ name, resource }) => {
        const informer = new Informer(options.client, resourceOf(resource), {
          fieldSelector: `metadata.name=${name}`,
          onError: ({ message = "" }) => options.log(`cannot watch ${resource}: ${message}`),
        });
        informer.onChange(() => this.#queue.add(name));
        return [name, informer] as const;
      }),
    );
    options.certificates.onChange(() => this.resync());
  }

  async start(): Promise<void> {
    const { signal } = this.#options;
    await Promise.all([...this.#informers.values()].map((informer) => informer.start(signal)));
    this.#queue.start(signal);
    this.resync();
  }

  /** Looks at all of them again, as a replica must that has become the leader. */
  resync(): void {
    for (const { name } of webhookConfigurations) this.#queue.add(name);
  }

  /** Whether every configuration that there is tells API servers to trust these authorities. */
  announces(authorityPem: string): boolean {
    const caBundle = Buffer.from(authorityPem).toString("base64");
    return [...this.#informers].every(([name, informer]) => {
      const existing = informer.get(undefined, name);
      return existing === undefined || trusts(existing, name, caBundle);
    });
  }

  async #reconcile(name: string): Promise<Result<Record<string, never>, string>> {
    const { certificates, client, isLeader } = this.#options;
    const configuration = webhookConfigurations.find((each) => each.name === name);
    const existing = this.#informers.get(name)?.get(undefined, name);
    const { authorityPem } = certificates;
    if (configuration === undefined || existing === undefined || authorityPem === undefined) return ok({});
    if (!isLeader(configuration.queue)) return ok({});
    const owner = await this.#owner();
    if (!owner.ok) return owner;
    const caBundle = Buffer.from(authorityPem).toString("base64");
    const completed = completeConfiguration(configuration, existing, { caBundle, owner: owner.value });
    if (completed === undefined) return ok({});
    const updated = await client.update(resourceOf(configuration.resource), completed);
    return updated.ok ? ok({}) : err(updated.error.message ?? "the update was refused");
  }

  async #owner(): Promise<Result<OwnerReference | undefined, string>> {
    const { isOwnedByNamespace, client, namespace } = this.#options;
    if (!isOwnedByNamespace) return ok(undefined);
    const found = await client.get(namespaces, { name: namespace });
    if (!found.ok) return err(found.error.message ?? `cannot read namespace ${namespace}`);
    const { uid = "" } = found.value.metadata;
    return ok({
      apiVersion: "v1",
      kind: "Namespace",
      name: namespace,
      uid,
      controller: false,
      blockOwnerDeletion: false,
    });
  }
}

/** The Lease of a queue, named as upstream names it so that two webhooks never write at once (spec: controller, section 9). */
function leaseName(queue: string): string {
  return `webhook-triggers.${queue}.00-of-01`;
}

/** Competes for the Leases of all queues. */
export class WebhookElection {
  readonly #electors: ReadonlyMap<string, LeaderElector>;

  constructor(options: {
    readonly client: KubeClient;
    readonly namespace: string;
    readonly identity: string;
    readonly times: LeaderElectionTimes;
    readonly nowMs: () => number;
    readonly onLead: () => void;
    readonly log: (message: string) => void;
  }) {
    const { times, onLead, ...more } = options;
    const queues = [certificatesQueue, ...webhookConfigurations.map(({ queue }) => queue)];
    this.#electors = new Map(
      queues.map((queue) => {
        const name = leaseName(queue);
        const onChange = (leads: boolean) => leads && onLead();
        return [queue, new LeaderElector({ ...more, ...times, name, onChange })] as const;
      }),
    );
  }

  leads(queue: string): boolean {
    return this.#electors.get(queue)?.leads === true;
  }

  /** Resolves when the signal has aborted and the Leases are given back. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([...this.#electors.values()].map((elector) => elector.run(signal)));
  }
}

function resourceOf(resource: string): Resource {
  return { group: "admissionregistration.k8s.io", version: "v1", resource };
}
