import type { K8sObject, Status } from "../../api/object.ts";
import { KubeClient } from "../../kube/client.ts";
import { Informer, type InformerEvent } from "../../kube/informer.ts";
import { configMaps, namespaces, serviceAccounts } from "../../kube/known-resources.ts";
import { type Reconciled, WorkQueue } from "../../kube/work-queue.ts";
import { err, ok, type Result } from "../../result.ts";
import { type AccountTokenOrder, AccountTokenSecrets } from "./account-token-secrets.ts";
import { expireEvents } from "./event-expiry.ts";
import { GarbageCollector } from "./garbage-collector.ts";
import { defaultServiceAccount, ensureContents, rootCaConfigMap } from "./namespace-contents.ts";
import { deleteNamespace } from "./namespace-deletion.ts";
import { QuotaUsage } from "./quota-usage.ts";
import { aggregateRules, clusterRoles, isAggregated } from "./role-aggregation.ts";
import { StorageProtectionController } from "./storage-protection.ts";
import { withUserAgent } from "./user-agent-transport.ts";

/** The name under which these controllers own fields, as on a cluster. */
const userAgent = "kube-controller-manager/v1.36.0";
const retry = { baseDelayMs: 50, maxDelayMs: 30_000 };
/** How long after it was marked a namespace is emptied: time for its last writers to notice, in milliseconds. */
const defaultDeletionDelayMs = 1_000;
/** How long until a namespace that is not empty yet is looked at again, in milliseconds. */
const emptyAgainMs = 1_000;
/** How long until the usage of a quota is computed again though nothing is known to have changed, in milliseconds. */
const quotaResyncMs = 300_000;

export interface ClusterControllersOptions {
  /** With the rights of `system:masters`. */
  readonly client: KubeClient;
  /** Certificate of the API's authority, published in each namespace. */
  readonly authorityPem: string;
  /** Makes the token of a service account that a Secret keeps. */
  readonly signToken: (order: AccountTokenOrder) => Promise<string>;
  readonly log: { warn(message: string): void };
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly nowMs?: () => number;
  readonly namespaceDeletionDelayMs?: number;
}

/**
 * What kube-controller-manager does, as far as the embedded API needs it: garbage collection, deletion and contents of
 * namespaces, tokens in Secrets, aggregation of ClusterRoles, usage of ResourceQuotas, claims in use, expiry of Events.
 * Resolves when all of them are at work; they end with the signal.
 */
export async function startClusterControllers(options: ClusterControllersOptions): Promise<void> {
  const { signal, log, nowMs = Date.now } = options;
  const client = new KubeClient(withUserAgent(options.client.transport, userAgent));
  const collector = new GarbageCollector({ client, signal, onError: (message) => log.warn(message) });
  void expireEvents(client, nowMs, signal);
  await Promise.all([
    startNamespaces(client, options, nowMs),
    startAggregation(client, options),
    startQuotas(client, options),
    startStorageProtection(client, options),
    startAccountTokens(client, options),
    collector.start(),
  ]);
}

type Reconcile = (key: string) => Promise<Result<Reconciled, string>>;

function startQueue(
  name: string,
  options: ClusterControllersOptions,
  workers: number,
  reconcile: Reconcile,
): WorkQueue {
  const onError = (key: string, error: string): void => options.log.warn(`${name} ${key}: ${error}`);
  const queue = new WorkQueue(reconcile, { workers, ...retry, onError });
  queue.start(options.signal);
  return queue;
}

function outcome(result: Result<unknown, Status>): Result<Reconciled, string> {
  // A write that lost a race is tried again with what is there then; that is no failure to tell of.
  return result.ok
    ? ok({})
    : result.error.code === 409
      ? ok({ requeueAfterMs: retry.baseDelayMs })
      : err(result.error.message ?? "failed");
}

async function startNamespaces(
  client: KubeClient,
  options: ClusterControllersOptions,
  nowMs: () => number,
): Promise<void> {
  const { signal, authorityPem, namespaceDeletionDelayMs = defaultDeletionDelayMs } = options;
  const known = new Informer(client, namespaces);
  const contents = startQueue("contents of namespace", options, 2, async (name) => {
    const namespace = known.get(undefined, name);
    if (namespace === undefined || isDeleting(namespace)) return ok({});
    return outcome(await ensureContents(client, name, authorityPem));
  });
  const deletions = startQueue("deletion of namespace", options, 2, async (name) => {
    const found = await client.get(namespaces, { name });
    if (!found.ok) return found.error.code === 404 ? ok({}) : err(found.error.message ?? "failed");
    if (!isDeleting(found.value)) return ok({});
    const done = await deleteNamespace(client, found.value, nowMs());
    if (done.ok) return ok(done.value === "again" ? { requeueAfterMs: emptyAgainMs } : {});
    return outcome(done);
  });
  known.onChange(({ kind, object }) => {
    const name = object.metadata.name ?? "";
    if (kind === "deleted") return;
    if (isDeleting(object)) deletions.addAfter(name, namespaceDeletionDelayMs);
    else contents.add(name);
  });
  // What a namespace should have comes back when it is deleted or changed.
  const restore = (event: InformerEvent): void => {
    if (event.kind !== "added") contents.add(event.object.metadata.namespace ?? "");
  };
  const watched = [
    new Informer(client, serviceAccounts, { fieldSelector: `metadata.name=${defaultServiceAccount}` }),
    new Informer(client, configMaps, { fieldSelector: `metadata.name=${rootCaConfigMap}` }),
  ];
  for (const informer of watched) informer.onChange(restore);
  await Promise.all([known, ...watched].map((informer) => informer.start(signal)));
}

async function startAggregation(client: KubeClient, options: ClusterControllersOptions): Promise<void> {
  const roles = new Informer(client, clusterRoles);
  const queue = startQueue("aggregation of ClusterRole", options, 1, async (name) => {
    const role = roles.get(undefined, name);
    if (role === undefined || !isAggregated(role)) return ok({});
    return outcome(await aggregateRules(client, role, roles.list()));
  });
  roles.onChange(() => {
    for (const role of roles.list()) if (isAggregated(role)) queue.add(role.metadata.name ?? "");
  });
  await roles.start(options.signal);
}

async function startQuotas(client: KubeClient, options: ClusterControllersOptions): Promise<void> {
  const queue = startQueue("usage of quota", options, 1, async (key) => {
    const computed = outcome(await usage.compute(key));
    return computed.ok && computed.value.requeueAfterMs === undefined
      ? ok({ requeueAfterMs: quotaResyncMs })
      : computed;
  });
  const usage = new QuotaUsage({
    client,
    signal: options.signal,
    onStale: (key, delayMs) => (delayMs === 0 ? queue.add(key) : queue.addAfter(key, delayMs)),
  });
  await usage.start();
}

async function startStorageProtection(client: KubeClient, options: ClusterControllersOptions): Promise<void> {
  const controller: StorageProtectionController = new StorageProtectionController(client, (key) => queue.add(key));
  const queue = startQueue("deletion of storage", options, 1, async (key) => outcome(await controller.reconcile(key)));
  await controller.start(options.signal);
}

async function startAccountTokens(client: KubeClient, options: ClusterControllersOptions): Promise<void> {
  const { authorityPem, signToken } = options;
  const onDue = (key: string): void => queue.add(key);
  const controller: AccountTokenSecrets = new AccountTokenSecrets({ client, authorityPem, signToken, onDue });
  const queue = startQueue("token secret", options, 1, async (key) => outcome(await controller.reconcile(key)));
  await controller.start(options.signal);
}

function isDeleting(object: K8sObject): boolean {
  return object.metadata.deletionTimestamp !== undefined;
}
