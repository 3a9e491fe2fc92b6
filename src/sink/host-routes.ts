import { generatedName } from "../api/triggers/generated-name.ts";

/** Annotation of an EventListener that shares its sink: hosts whose requests are its own, comma-separated. */
export const hostsAnnotation = "tektite.dev/hosts";

/** Who claims a host. */
interface Claim<T> {
  readonly target: T;
  /** The first in this order has the host. */
  readonly rank: string;
}

/** Which of several has a host: of those that claim the same the oldest, so that no newcomer takes a host away. */
export class HostRoutes<T> {
  readonly #claims = new Map<string, readonly Claim<T>[]>();

  claim(host: string, target: T, rank: string): void {
    const others = this.#claims.get(host) ?? [];
    const claims = [...others, { target, rank }].sort((a, b) => (a.rank < b.rank ? -1 : 1));
    this.#claims.set(host, claims);
  }

  /** Gives back every host that the target claims. */
  release(target: T): void {
    for (const [host, claims] of this.#claims) {
      const left = claims.filter((claim) => claim.target !== target);
      if (left.length > 0) this.#claims.set(host, left);
      else this.#claims.delete(host);
    }
  }

  /** Whose requests those with this `Host` are; the port does not matter. */
  find(host: string | undefined): T | undefined {
    if (host === undefined || this.#claims.size === 0) return undefined;
    const name = host.replace(/:\d*$/, "").replace(/\.$/, "").toLowerCase();
    return this.#claims.get(name)?.[0]?.target;
  }
}

/**
 * The names by which a listener's own Service is known in its cluster, `el-NAME.NAMESPACE.svc` and the like: requests
 * that come by them are the listener's, though the Service leads to a sink of many.
 */
export function serviceHosts(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  clusterDomain: string,
): readonly string[] {
  const service = `${generatedName(name)}.${namespace}`;
  return [service, `${service}.svc`, `${service}.svc.${clusterDomain}`];
}

/** The hosts in an annotation, and those that nobody may claim: what names Services, and what is no host name. */
export function claimedHosts(
  annotation: string | undefined,
  clusterDomain: string,
): { readonly hosts: readonly string[]; readonly refused: readonly string[] } {
  const all = (annotation ?? "")
    .split(",")
    .map((host) => host.trim().toLowerCase())
    .filter((host) => host !== "");
  const isFree = (host: string) =>
    /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(host) &&
    !/^el-[^.]*\.[^.]*$/.test(host) &&
    !host.endsWith(".svc") &&
    !host.endsWith(`.svc.${clusterDomain}`);
  return { hosts: all.filter(isFree), refused: all.filter((host) => !isFree(host)) };
}
