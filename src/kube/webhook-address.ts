import { type JsonValue, member } from "../json/value.ts";
import type { KubeClient } from "./client.ts";
import { configMaps } from "./known-resources.ts";

/** Where `tektite up` tells its address for webhooks: everybody may know it who may read `kube-public`. */
const place = { namespace: "kube-public", name: "tektite-webhooks" };

/** Tells the commands at which address the webhooks of all listeners are taken: `http://127.0.0.1:8080`. */
export async function publishWebhookAddress(client: KubeClient, address: string): Promise<void> {
  const body = { apiVersion: "v1", kind: "ConfigMap", metadata: place, data: { address } };
  // Nobody depends on it: commands do without it when it cannot be written.
  await client.patch(configMaps, place, { type: "apply", body, fieldManager: "tektite-up", force: true });
}

/**
 * The address to enter as webhook for a listener: that of `tektite up`. Undefined on a cluster, whose Services and
 * Ingresses decide about it.
 */
export async function webhookAddress(
  client: KubeClient,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Promise<string | undefined> {
  const found = await client.get(configMaps, place);
  const address = found.ok ? member(found.value["data"] as JsonValue | undefined, "address") : undefined;
  return typeof address === "string" ? `${address}/${namespace}/${name}` : undefined;
}
