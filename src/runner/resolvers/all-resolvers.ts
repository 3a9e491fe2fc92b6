import type { KubeClient } from "../../kube/client.ts";
import { BundleResolver } from "./bundle-resolver.ts";
import { ClusterResolver } from "./cluster-resolver.ts";
import { GitResolver } from "./git-resolver.ts";
import { HttpResolver } from "./http-resolver.ts";
import { HubResolver } from "./hub-resolver.ts";
import { type Resolver, Resolvers } from "./resolvers.ts";

export interface ResolverOptions {
  /** Whether the git resolver takes `file://` URLs and paths. */
  readonly allowsLocalRepositories: boolean;
}

/** The resolvers that this runner has (spec: pipelines, section 11). */
export function allResolvers(parts: {
  readonly client: KubeClient;
  readonly cacheFolder: string;
  readonly options: ResolverOptions;
  readonly timeoutMs: () => number;
}): Resolvers {
  const { client, cacheFolder, options } = parts;
  const { allowsLocalRepositories } = options;
  const resolvers: ReadonlyMap<string, Resolver> = new Map<string, Resolver>([
    ["cluster", new ClusterResolver(client)],
    ["git", new GitResolver(client, { cacheFolder, allowsLocalRepositories })],
    ["http", new HttpResolver(client)],
    ["hub", new HubResolver()],
    ["bundles", new BundleResolver()],
  ]);
  return new Resolvers(resolvers, parts.timeoutMs);
}
