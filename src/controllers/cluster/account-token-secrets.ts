import type { K8sObject, Resource, Status } from "../../api/object.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";
import type { KubeClient } from "../../kube/client.ts";
import { Informer } from "../../kube/informer.ts";
import { keyOf } from "../../kube/object-key.ts";
import { ok, type Result } from "../../result.ts";

const core = (resource: string): Resource => ({ group: "", version: "v1", resource });
const secrets = core("secrets");
const serviceAccounts = core("serviceaccounts");

const secretType = "kubernetes.io/service-account-token";
const nameAnnotation = "kubernetes.io/service-account.name";
const uidAnnotation = "kubernetes.io/service-account.uid";

/** Whose token a Secret is to hold. */
export interface AccountTokenOrder {
  readonly namespace: string;
  readonly serviceAccount: { readonly name: string; readonly uid: string };
  readonly secretName: string;
}

export interface AccountTokenSecretsOptions {
  readonly client: KubeClient;
  /** Goes into each Secret as `ca.crt`. */
  readonly authorityPem: string;
  readonly signToken: (order: AccountTokenOrder) => Promise<string>;
  /** Told the key, `namespace/name`, of a Secret that should be looked at. */
  readonly onDue: (key: string) => void;
}

/**
 * Fills Secrets of the type `kubernetes.io/service-account-token` with a token of the account that their annotation
 * names, and deletes those whose account is not there or is another one of the same name. An account that lists a
 * Secret that was deleted has it taken off its list.
 */
export class AccountTokenSecrets {
  readonly #options: AccountTokenSecretsOptions;
  readonly #secrets: Informer;
  readonly #accounts: Informer;

  constructor(options: AccountTokenSecretsOptions) {
    this.#options = options;
    this.#secrets = new Informer(options.client, secrets, { fieldSelector: `type=${secretType}` });
    this.#accounts = new Informer(options.client, serviceAccounts);
    this.#secrets.onChange(({ object }) => options.onDue(keyOf(object)));
    this.#accounts.onChange(({ object }) => {
      const { namespace = "", name = "" } = object.metadata;
      for (const secret of this.#secrets.list(namespace)) if (accountOf(secret) === name) options.onDue(keyOf(secret));
    });
  }

  async start(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#secrets.start(signal), this.#accounts.start(signal)]);
  }

  async reconcile(key: string): Promise<Result<undefined, Status>> {
    const [namespace = "", name = ""] = key.split("/");
    const { client } = this.#options;
    const found = await client.get(secrets, { namespace, name });
    if (!found.ok) return found.error.code === 404 ? this.#unlist(namespace, name) : found;
    const secret = found.value;
    if (secret["type"] !== secretType || secret.metadata.deletionTimestamp !== undefined) return ok(undefined);
    // Asked of the server: the account may have been made just before its Secret.
    const account = await client.get(serviceAccounts, { namespace, name: accountOf(secret) });
    if (!account.ok && account.error.code !== 404) return account;
    const wanted = secret.metadata.annotations?.[uidAnnotation] ?? "";
    if (!account.ok || (wanted !== "" && wanted !== account.value.metadata.uid)) return this.#delete(secret);
    return this.#fill(secret, account.value);
  }

  async #fill(secret: K8sObject, account: K8sObject): Promise<Result<undefined, Status>> {
    const { namespace = "", name: secretName = "", annotations } = secret.metadata;
    const { name = "", uid = "" } = account.metadata;
    const data = dataOf(secret);
    const missing: Record<string, string> = {};
    if (decoded(data["ca.crt"]) !== this.#options.authorityPem) missing["ca.crt"] = this.#options.authorityPem;
    if (decoded(data["namespace"]) === "") missing["namespace"] = namespace;
    if (decoded(data["token"]) === "")
      missing["token"] = await this.#options.signToken({ namespace, serviceAccount: { name, uid }, secretName });
    if (Object.keys(missing).length === 0 && annotations?.[uidAnnotation] === uid) return ok(undefined);
    const added = Object.entries(missing).map(([key, value]) => [key, Buffer.from(value).toString("base64")]);
    const written = await this.#options.client.update(secrets, {
      ...secret,
      metadata: { ...secret.metadata, annotations: { ...annotations, [nameAnnotation]: name, [uidAnnotation]: uid } },
      data: { ...data, ...Object.fromEntries(added) },
    });
    return unlessGone(written);
  }

  /** With the uid and version that were seen, so that no Secret of a new account of that name is taken. */
  async #delete(secret: K8sObject): Promise<Result<undefined, Status>> {
    const { namespace = "", name = "", uid = "", resourceVersion = "" } = secret.metadata;
    return unlessGone(await this.#options.client.delete(secrets, { namespace, name }, { uid, resourceVersion }));
  }

  async #unlist(namespace: string, name: string): Promise<Result<undefined, Status>> {
    for (const account of this.#accounts.list(namespace)) {
      const listed = namesOf(account["secrets"] as JsonValue | undefined);
      if (!listed.some((entry) => entry["name"] === name)) continue;
      const { name: accountName = "", resourceVersion = "" } = account.metadata;
      const body = { metadata: { resourceVersion }, secrets: listed.filter((entry) => entry["name"] !== name) };
      const patched = unlessGone(
        await this.#options.client.patch(serviceAccounts, { namespace, name: accountName }, { type: "merge", body }),
      );
      if (!patched.ok) return patched;
    }
    return ok(undefined);
  }
}

function unlessGone(written: Result<unknown, Status>): Result<undefined, Status> {
  return written.ok || written.error.code === 404 ? ok(undefined) : written;
}

function accountOf({ metadata }: K8sObject): string {
  return metadata.annotations?.[nameAnnotation] ?? "";
}

function dataOf(secret: K8sObject): JsonObject {
  const data = secret["data"] as JsonValue | undefined;
  return isJsonObject(data) ? data : {};
}

function decoded(value: JsonValue | undefined): string {
  return typeof value === "string" ? Buffer.from(value, "base64").toString() : "";
}

function namesOf(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
