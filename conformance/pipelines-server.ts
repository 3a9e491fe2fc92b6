import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { K8sObject, Resource } from "../src/api/object.ts";
import { pipelinesResources } from "../src/api/pipelines/resources.ts";
import { ApiServer } from "../src/apiserver/api-server.ts";
import { bootstrapObjects } from "../src/apiserver/bootstrap.ts";
import { createInProcessTransport } from "../src/apiserver/in-process-transport.ts";
import { tektonDefinitions } from "../src/apiserver/tekton-definitions.ts";
import { KubeClient } from "../src/kube/client.ts";
import type { Runtime } from "../src/runner/pod-plan.ts";
import { chooseRuntime } from "../src/runner/runtime/choose-runtime.ts";
import { startRunner } from "../src/runner/start-runner.ts";
import { convertTekton, tektonAdmission } from "../src/standalone/tekton-admission.ts";
import { FileLogStore } from "../src/store/log-files/file-log-store.ts";
import { MemoryLog } from "../src/store/memory-log.ts";
import { ObjectStore } from "../src/store/object-store.ts";

/** An empty API server with a runner at work, on a folder of its own. */
export interface PipelinesServer {
  readonly client: KubeClient;
  readonly runtime: Runtime["kind"];
  readonly logs: FileLogStore;
  /** Creates an object in its namespace, `default` unless it names one. */
  apply(object: K8sObject): ReturnType<KubeClient["create"]>;
  stop(): Promise<void>;
}

export async function startPipelinesServer(wanted: "auto" | Runtime["kind"]): Promise<PipelinesServer> {
  const folder = await mkdtemp(join(tmpdir(), "tektite-pipelines-"));
  const store = new ObjectStore(new MemoryLog());
  const server = new ApiServer({
    store,
    admission: tektonAdmission(() => tektonConfigMaps(store)),
    builtinCustom: tektonDefinitions(convertTekton),
  });
  await bootstrapObjects(server);
  const client = new KubeClient(
    createInProcessTransport(server, { username: "conformance", groups: ["system:masters", "system:authenticated"] }),
  );
  const logs = new FileLogStore({ folder: join(folder, "logs"), maxBytesPerContainer: 10_000_000 });
  const runtime = await chooseRuntime(wanted, {
    logs,
    folder: join(folder, "runtime"),
    images: [],
    hasNetwork: true,
    containerArgs: process.env["TEKTITE_CONTAINER_ARGS"] ?? "",
    hidden: [],
  });
  if (!runtime.ok) throw new Error(runtime.error);
  const abort = new AbortController();
  const say = (level: string) => (message: string, fields?: object) => {
    if (process.env["TEKTITE_DEBUG"] !== undefined) console.error(level, message, fields ?? "");
  };
  await startRunner({
    client,
    runtime: runtime.value,
    logs,
    dataDir: folder,
    options: {
      maxPods: 64,
      nodeName: "conformance",
      maskSecrets: false,
      resolvers: { allowsLocalRepositories: true },
      retention: { maxAgeMs: 0, maxCount: 0, intervalMs: 60_000 },
    },
    log: { info: say("info"), warn: say("warn"), error: say("error") },
    signal: abort.signal,
  });
  return {
    client,
    runtime: runtime.value.kind,
    logs,
    apply: (object) => {
      const namespace = object.kind === "Namespace" ? undefined : (object.metadata.namespace ?? "default");
      const metadata = namespace === undefined ? object.metadata : { ...object.metadata, namespace };
      return client.create(resourceOf(object), { ...object, metadata });
    },
    stop: async () => {
      abort.abort();
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    },
  };
}

/** Data of the ConfigMaps that configure Tekton, by name. */
function tektonConfigMaps(store: ObjectStore): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const found = store.list("/configmaps", "tekton-pipelines/").map(({ object }) => {
    const data = object["data"] as Readonly<Record<string, string>> | undefined;
    return [object.metadata.name ?? "", data ?? {}];
  });
  return Object.fromEntries(found) as Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** The resource of an object's kind in its own version. */
function resourceOf(object: K8sObject): Resource {
  const [group = "", version = ""] = object.apiVersion.includes("/")
    ? object.apiVersion.split("/")
    : ["", object.apiVersion];
  const known = pipelinesResources.find((resource) => resource.group === group && resource.kind === object.kind);
  return { group, version, resource: known?.plural ?? `${object.kind.toLowerCase()}s` };
}
