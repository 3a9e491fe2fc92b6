import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KubeClient } from "../../kube/client.ts";
import type { KubeTransport } from "../../kube/transport.ts";
import { err } from "../../result.ts";
import { FileLogStore } from "../../store/log-files/file-log-store.ts";
import { MemoryLog } from "../../store/memory-log.ts";
import { ObjectStore } from "../../store/object-store.ts";
import { assembleApiServer } from "../assemble.ts";
import { createInProcessTransport } from "../in-process-transport.ts";
import { loadServiceAccountKey } from "../pki/service-account-key.ts";

/** An API server for tests that keeps its objects in memory and has no nodes. */
export interface MemoryApiServer {
  /** A client that may do everything. */
  readonly admin: KubeClient;
  as(user: { readonly username: string; readonly groups: readonly string[] }): KubeTransport;
}

export async function startMemoryApiServer(): Promise<MemoryApiServer> {
  const folder = mkdtempSync(join(tmpdir(), "memory-api-server-"));
  const api = await assembleApiServer({
    store: new ObjectStore(new MemoryLog()),
    tokens: [],
    serviceAccountKey: await loadServiceAccountKey(folder),
    backends: {
      logs: new FileLogStore({ folder, maxBytesPerContainer: 1 }),
      servesNode: () => false,
      exec: async () => err("there are no pods"),
      dial: async () => err("there are no pods"),
    },
    resolveService: (_namespace, name) => Promise.resolve(err(`service "${name}" not found`)),
  });
  rmSync(folder, { recursive: true });
  return {
    admin: new KubeClient(createInProcessTransport(api, { username: "admin", groups: ["system:masters"] })),
    as: (user) => createInProcessTransport(api, user),
  };
}
