import { createHmac } from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { EventListener, InterceptorObject, TriggerBinding } from "../../src/api/triggers/objects.ts";
import { coreInterceptors } from "../../src/interceptors/core-interceptors.ts";
import type { JsonObject } from "../../src/json/value.ts";
import { err, ok } from "../../src/result.ts";
import { decodeTriggersObject } from "../../src/sink/listener-caches.ts";
import { type EngineEnvironment, runTrigger } from "../../src/triggers/run-trigger.ts";
import { selectTriggers } from "../../src/triggers/select-triggers.ts";
import { EventBody, type TriggerEvent } from "../../src/triggers/trigger-event.ts";
import type { TriggerResources } from "../../src/triggers/trigger-resources.ts";
import { type Benchmark, type Figure, formatMs, formatRate, summarize } from "../benchmark.ts";

const secret = "bench";

/** A GitHub push of about 8 KB. */
function pushBody(): string {
  const commits = Array.from({ length: 14 }, (_, index) => ({
    id: String(index).padStart(40, "a"),
    message: `Change number ${index}\n\nWith a second paragraph that says why it was made, as good messages do.`,
    timestamp: "2026-11-22T12:00:00+00:00",
    url: `https://example.com/acme/shop/commit/${index}`,
    author: { name: "Ada Lovelace", email: "ada@example.com", username: "ada" },
    committer: { name: "Ada Lovelace", email: "ada@example.com", username: "ada" },
    added: [`src/added-${index}.ts`],
    removed: [],
    modified: [`src/changed-${index}.ts`, `docs/page-${index}.md`],
  }));
  return JSON.stringify({
    ref: "refs/heads/main",
    before: "0".repeat(40),
    after: "b".repeat(40),
    repository: {
      id: 1,
      name: "shop",
      full_name: "acme/shop",
      clone_url: "https://example.com/acme/shop.git",
      default_branch: "main",
    },
    pusher: { name: "ada", email: "ada@example.com" },
    commits,
    head_commit: commits[0],
  });
}

function decoded<T>(kind: string, version: "v1alpha1" | "v1beta1", object: JsonObject): T {
  return decodeTriggersObject(version, kind, {
    apiVersion: `triggers.tekton.dev/${version}`,
    kind,
    ...object,
  } as never) as T;
}

const pipelineRun = {
  apiVersion: "tekton.dev/v1",
  kind: "PipelineRun",
  metadata: { generateName: "build-" },
  spec: {
    pipelineRef: { name: "build" },
    params: ["url", "revision", "branch"].map((name) => ({ name, value: `$(tt.params.${name})` })),
    workspaces: [
      {
        name: "source",
        volumeClaimTemplate: { spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } },
      },
    ],
  },
};

const template = {
  spec: { params: [{ name: "url" }, { name: "revision" }, { name: "branch" }], resourcetemplates: [pipelineRun] },
};
const bindings = [
  { name: "url", value: "$(body.repository.clone_url)" },
  { name: "revision", value: "$(body.after)" },
  { name: "branch", value: "$(extensions.branch)" },
];

function listener(triggers: readonly JsonObject[]): EventListener {
  return decoded("EventListener", "v1beta1", { metadata: { name: "bench", namespace: "bench" }, spec: { triggers } });
}

const signedTrigger = {
  name: "push",
  interceptors: [
    {
      ref: { name: "github", kind: "ClusterInterceptor" },
      params: [
        { name: "secretRef", value: { secretName: "s", secretKey: "k" } },
        { name: "eventTypes", value: ["push"] },
      ],
    },
    {
      ref: { name: "cel", kind: "ClusterInterceptor" },
      params: [
        { name: "filter", value: "body.ref.startsWith('refs/heads/') && header.match('X-GitHub-Event', 'push')" },
        { name: "overlays", value: [{ key: "branch", expression: "body.ref.split('/')[2]" }] },
      ],
    },
  ],
  bindings,
  template,
};

const interceptor = (name: string): InterceptorObject =>
  decoded("ClusterInterceptor", "v1alpha1", {
    metadata: { name },
    spec: {
      clientConfig: {
        service: { name: "tekton-triggers-core-interceptors", namespace: "tekton-pipelines", path: name },
      },
    },
    status: { address: { url: `http://tekton-triggers-core-interceptors.tekton-pipelines.svc:80/${name}` } },
  });
const interceptors = new Map([...coreInterceptors.keys()].map((name) => [name, interceptor(name)]));

const resources: TriggerResources = {
  trigger: () => undefined,
  triggers: () => [],
  triggerBinding: (): TriggerBinding | undefined => undefined,
  clusterTriggerBinding: () => undefined,
  triggerTemplate: () => undefined,
  clusterInterceptor: (name) => interceptors.get(name),
  interceptor: () => undefined,
};

const environment: EngineEnvironment = {
  resources,
  interceptors: {
    secrets: { read: async () => ok(secret) },
    codeHost: { get: async () => err("no code host in a benchmark") },
    nowMs: Date.now,
  },
  core: coreInterceptors,
  http: { post: async () => err("no interceptor is called in a benchmark") } as unknown as EngineEnvironment["http"],
  discover: () => () =>
    ok([{ kind: "PipelineRun", group: "tekton.dev", version: "v1", resource: "pipelineruns", namespaced: true }]),
  newUid: () => "00000000-0000-4000-8000-000000000000",
};

const ref = { namespace: "bench", name: "bench" };

async function objectsMade(target: EventListener, event: TriggerEvent): Promise<number> {
  const selection = selectTriggers(target, resources);
  if (!selection.ok) throw new Error(selection.error.message);
  let made = 0;
  for (const trigger of selection.value.triggers) {
    const verdict = await runTrigger(trigger, event, ref, environment);
    made += verdict.objects.length;
  }
  return made;
}

/** Megabytes in use once garbage is gone. */
function heapMb(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

async function* run(): AsyncIterable<Figure> {
  const body = pushBody();
  const bytes = Buffer.from(body);
  const signature = `sha256=${createHmac("sha256", secret).update(bytes).digest("hex")}`;
  const header = {
    "Content-Type": ["application/json"],
    "X-Github-Event": ["push"],
    "X-Hub-Signature-256": [signature],
  };
  const event = (id: number): TriggerEvent => ({ id: String(id), url: "/", header, body: new EventBody(bytes) });

  const one = listener([signedTrigger]);
  for (let warm = 0; warm < 2_000; warm++) {
    if ((await objectsMade(one, event(warm))) !== 1) throw new Error("the benchmark's event makes no run");
  }
  const events = 30_000;
  const startedMs = performance.now();
  for (let index = 0; index < events; index++) await objectsMade(one, event(index));
  yield {
    what: `signed push of ${(bytes.length / 1024).toFixed(1)} KB: HMAC, CEL, overlay, 3 bindings, 1 run`,
    value: formatRate(events, performance.now() - startedMs),
    goal: "12,000 /s",
  };

  const before = heapMb();
  for (let index = 0; index < 1_000_000; index++) await objectsMade(one, event(index));
  yield {
    what: "growth of the heap over 1,000,000 further events",
    value: `${(heapMb() - before).toFixed(1)} MB`,
    goal: "none",
  };

  const many = listener(
    Array.from({ length: 500 }, (_, index) => ({
      name: `t${index}`,
      interceptors: [
        {
          ref: { name: "cel", kind: "ClusterInterceptor" },
          params: [
            {
              name: "filter",
              value: `body.repository.full_name == 'acme/${index % 167 === 0 ? "shop" : `other-${index}`}'`,
            },
          ],
        },
      ],
      bindings: bindings.slice(0, 2),
      template,
    })),
  );
  const samples: number[] = [];
  for (let index = 0; index < 120; index++) {
    const beganMs = performance.now();
    const made = await objectsMade(many, event(index));
    if (made !== 3) throw new Error(`${made} of 500 triggers matched, not 3`);
    if (index >= 20) samples.push(performance.now() - beganMs);
  }
  yield {
    what: "one event against 500 triggers with CEL filters, 3 match, median",
    value: formatMs(summarize(samples).median),
    goal: "under 8 ms",
  };
}

export const benchmark: Benchmark = { about: "the event engine alone, on one core", run };
