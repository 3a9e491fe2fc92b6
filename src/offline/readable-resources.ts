import type { Manifest } from "./manifests.ts";
import { type OfflineOptions, OfflineResources } from "./offline-resources.ts";

/** What objects of a server amount to, when some of them would not be let in today. */
export interface ReadableResources {
  readonly resources: OfflineResources;
  readonly manifests: readonly Manifest[];
  /** One sentence for each object that is left out. */
  readonly problems: readonly string[];
}

/** The objects that can be read; the others must not keep them from being used. */
export function readableResources(manifests: readonly Manifest[], options: OfflineOptions): ReadableResources {
  const all = OfflineResources.of(manifests, options);
  if (all.ok) return { resources: all.value, manifests, problems: [] };
  const readable: Manifest[] = [];
  const problems: string[] = [];
  for (const manifest of manifests) {
    const read = OfflineResources.of([manifest], options);
    if (read.ok) readable.push(manifest);
    else {
      const { kind, metadata } = manifest.object;
      problems.push(`${kind} ${metadata.name ?? ""} of the server is left out: ${read.error.join("; ")}`);
    }
  }
  const resources = OfflineResources.of(readable, options);
  if (!resources.ok) throw new Error(`objects that can be read one by one cannot be read together: ${resources.error}`);
  return { resources: resources.value, manifests: readable, problems };
}
