import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { K8sObject } from "../api/object.ts";
import { type JsonObject, member } from "../json/value.ts";
import type { KubeClient } from "../kube/client.ts";
import { Informer } from "../kube/informer.ts";
import { claims } from "./resources.ts";
import type { RunnerLog } from "./runner-context.ts";

/** Claims are folders of this machine: made with the claim, kept with it, removed with it. */
export class ClaimFolders {
  readonly #client: KubeClient;
  readonly #root: string;
  readonly #log: RunnerLog;
  readonly #informer: Informer;

  constructor(client: KubeClient, root: string, log: RunnerLog) {
    this.#client = client;
    this.#root = root;
    this.#log = log;
    this.#informer = new Informer(client, claims);
  }

  async start(signal: AbortSignal): Promise<void> {
    this.#informer.onChange((event) => {
      if (event.kind === "deleted") void this.#remove(event.object);
      else void this.#bind(event.object);
    });
    await this.#informer.start(signal);
  }

  /** The folder of a claim; undefined when there is no such claim. */
  async folderOf(namespace: string, name: string): Promise<string | undefined> {
    const claim = await this.#client.get(claims, { namespace, name });
    if (!claim.ok) return undefined;
    const folder = this.#folder(claim.value);
    await mkdir(folder, { recursive: true });
    return folder;
  }

  #folder(claim: K8sObject): string {
    const { namespace = "", name = "", uid = "" } = claim.metadata;
    return join(this.#root, namespace, `${name}-${uid.slice(0, 8)}`);
  }

  /** A claim counts as bound from the start: its folder is there as soon as somebody wants it. */
  async #bind(claim: K8sObject): Promise<void> {
    const json = claim as unknown as JsonObject;
    if (member(json["status"], "phase") === "Bound") return;
    const { namespace, name = "" } = claim.metadata;
    const capacity = member(member(member(json, "spec"), "resources"), "requests");
    const accessModes = member(member(json, "spec"), "accessModes");
    // Clients show capacity and access modes of claims that name a volume.
    if (member(member(json, "spec"), "volumeName") === undefined) {
      const body = { spec: { volumeName: `pvc-${claim.metadata.uid}` } };
      await this.#client.patch(claims, { namespace, name }, { type: "merge", body });
    }
    await this.#client.patch(
      claims,
      { namespace, name },
      {
        type: "merge",
        subresource: "status",
        body: {
          status: {
            phase: "Bound",
            ...(capacity === undefined ? {} : { capacity }),
            ...(accessModes === undefined ? {} : { accessModes }),
          },
        },
      },
    );
  }

  async #remove(claim: K8sObject): Promise<void> {
    try {
      await rm(this.#folder(claim), { recursive: true, force: true });
    } catch (error) {
      this.#log.warn("cannot remove the folder of a deleted claim", {
        claim: `${claim.metadata.namespace}/${claim.metadata.name}`,
        error: String(error),
      });
    }
  }
}
