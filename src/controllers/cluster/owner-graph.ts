import { isDeepStrictEqual } from "node:util";
import type { ObjectMeta, OwnerReference } from "../../api/object.ts";
import type { DiscoveredResource } from "../../kube/discovery.ts";

/** One object as the garbage collector sees it. */
export interface GraphNode {
  readonly uid: string;
  readonly resource: DiscoveredResource;
  readonly namespace: string | undefined;
  readonly name: string;
  owners: readonly OwnerReference[];
  /** Deletion was asked for. */
  deleting: boolean;
  /** It waits for its dependents: deletion in the foreground. */
  awaitsDependents: boolean;
  /** Its dependents shall be left alone. */
  orphans: boolean;
}

/** What a change in the graph asks to be looked at. */
export interface GraphConsequences {
  /** Objects that may have to be deleted, or whose wait may be over. */
  readonly examine: readonly string[];
  /** Objects whose dependents are to be let go. */
  readonly orphan: readonly string[];
}

export const foregroundFinalizer = "foregroundDeletion";
export const orphanFinalizer = "orphan";

/** Which objects own which, by uid (spec: kube-api, section 9). */
export class OwnerGraph {
  readonly #nodes = new Map<string, GraphNode>();
  readonly #dependents = new Map<string, Set<string>>();

  get(uid: string): GraphNode | undefined {
    return this.#nodes.get(uid);
  }

  /** Objects that name this uid as an owner, in the order in which they came. */
  dependents(uid: string): readonly GraphNode[] {
    return [...(this.#dependents.get(uid) ?? [])].flatMap((dependent) => this.#nodes.get(dependent) ?? []);
  }

  change(resource: DiscoveredResource, metadata: ObjectMeta): GraphConsequences {
    const uid = metadata.uid ?? "";
    const old = this.#nodes.get(uid);
    const finalizers = metadata.finalizers ?? [];
    const deleting = metadata.deletionTimestamp !== undefined;
    const node: GraphNode = old ?? {
      uid,
      resource,
      namespace: metadata.namespace,
      name: metadata.name ?? "",
      owners: [],
      deleting: false,
      awaitsDependents: false,
      orphans: false,
    };
    this.#nodes.set(uid, node);
    const owners = metadata.ownerReferences ?? [];
    const left = this.#relink(node, owners);
    const awaits = deleting && finalizers.includes(foregroundFinalizer);
    const orphans = deleting && finalizers.includes(orphanFinalizer);
    const examine: string[] = [];
    if (owners.length > 0 && (old === undefined || !isDeepStrictEqual(old.owners, owners))) examine.push(uid);
    if (awaits) examine.push(...this.dependents(uid).map((dependent) => dependent.uid), uid);
    // An owner in the foreground may have waited for this one, or for its mark.
    examine.push(...[...left, ...owners.map((owner) => owner.uid)].filter((owner) => this.#awaits(owner)));
    Object.assign(node, { owners, deleting, awaitsDependents: awaits, orphans });
    return { examine, orphan: orphans ? [uid] : [] };
  }

  remove(uid: string): GraphConsequences {
    const node = this.#nodes.get(uid);
    if (node === undefined) return { examine: [], orphan: [] };
    const owners = this.#relink(node, []);
    this.#nodes.delete(uid);
    return {
      examine: [
        ...this.dependents(uid).map((dependent) => dependent.uid),
        ...owners.filter((owner) => this.#awaits(owner)),
      ],
      orphan: [],
    };
  }

  #awaits(uid: string): boolean {
    return this.#nodes.get(uid)?.awaitsDependents === true;
  }

  /** Records the owners; answers the uids of those that no longer are. */
  #relink(node: GraphNode, owners: readonly OwnerReference[]): readonly string[] {
    const now = new Set(owners.map((owner) => owner.uid));
    const left = node.owners.map((owner) => owner.uid).filter((uid) => !now.has(uid));
    for (const uid of left) {
      const dependents = this.#dependents.get(uid);
      dependents?.delete(node.uid);
      if (dependents?.size === 0) this.#dependents.delete(uid);
    }
    for (const uid of now) {
      const dependents = this.#dependents.get(uid) ?? new Set<string>();
      dependents.add(node.uid);
      this.#dependents.set(uid, dependents);
    }
    return left;
  }
}
