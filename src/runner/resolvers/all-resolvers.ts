import type { KubeClient } from "../../kube/client.ts";
import { BundleResolver } from "./bundle-resolver.ts";
import { ClusterResolver } from "./cluster-resolver.ts";
import { definitionReader } from "./definition.ts";
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
  /** Data of Tekton's ConfigMaps, by name. */
  readonly settings: () => Readonly<Record<string, Readonly<Record<string, string>>>>;
}): Resolvers {
  const { client, cacheFolder, options } = parts;
  const read = definitionReader(parts.settings);
  const { allowsLocalRepositories } = options;
  const resolvers: ReadonlyMap<string, Resolver> = new Map<string, Resolver>([
    ["cluster", new ClusterResolver(client)],
    ["git", new GitResolver(client, { cacheFolder, allowsLocalRepositories }, read)],
    ["http", new HttpResolver(client, read)],
    ["hub", new HubResolver(read)],
    ["bundles", new BundleResolver(client, read)],
  ]);
  return new Resolvers(resolvers, parts.timeoutMs);
}
