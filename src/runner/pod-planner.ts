import type { K8sObject } from "../api/object.ts";
import type { PodTemplate, TaskRun } from "../api/pipelines/runs.ts";
import type { Probe } from "../api/pipelines/task.ts";
import { isJsonArray, type JsonValue, member } from "../json/value.ts";
import type { KubeClient } from "../kube/client.ts";
import { statusText } from "../kube/status-text.ts";
import { credentialFiles, pullConfigJson, secretValues } from "../pipelines/credentials.ts";
import type { DraftContainer, DraftSidecar, DraftStep, PodDraft } from "../pipelines/pod-draft.ts";
import {
  configMapValues,
  type EnvEntry,
  neededSources,
  type PodSources,
  readEnv,
  readVolume,
} from "../pipelines/pod-sources.ts";
import { decideStep, decidesLate } from "../pipelines/step-results.ts";
import { err, ok, type Result } from "../result.ts";
import { holdsFolder } from "./holds-folder.ts";
import type {
  PlannedContainer,
  PlannedSidecar,
  PlannedStep,
  PlannedVolume,
  PodPlan,
  ReadinessProbe,
} from "./pod-plan.ts";
import { configMaps, secrets, serviceAccounts } from "./resources.ts";
import type { RunnerContext } from "./runner-context.ts";

/** Why a pod cannot be planned. */
export interface PlanFailure {
  readonly reason: "CreateContainerConfigError";
  readonly message: string;
  /** The container whose environment is at fault. */
  readonly step?: string;
}

/** A ServiceAccount with its secrets read. */
export interface PodAccount {
  readonly secrets: readonly K8sObject[];
  readonly pullSecrets: readonly K8sObject[];
  readonly missing: readonly string[];
}

/** Reads everything that a pod needs and makes the plan that a runtime carries out. */
export async function planPod(
  context: RunnerContext,
  run: TaskRun,
  pod: K8sObject,
  draft: PodDraft,
  taskResults: readonly string[],
  account: PodAccount,
): Promise<Result<PodPlan, PlanFailure>> {
  const namespace = run.metadata.namespace ?? "";
  const sources = await readSources(context, namespace, draft, run);
  for (const name of account.missing) {
    const message = `secret "${name}" of the service account does not exist`;
    context.events.record(run as unknown as K8sObject, "Warning", "FailedToRetrieveSecret", message);
  }
  const volumes: PlannedVolume[] = [];
  for (const volume of draft.volumes) {
    const read = readVolume(volume, sources, pod);
    if (!read.ok) return err({ reason: "CreateContainerConfigError", message: read.error });
    if ("hostPath" in volume && read.value.kind === "host" && touches(read.value.hostPath, context.dataDir)) {
      const message = `volume "${volume.name}": hostPath ${read.value.hostPath} would show the pod Tektite's data directory, keys included`;
      return err({ reason: "CreateContainerConfigError", message });
    }
    volumes.push(read.value);
  }
  const { disableCredsInit, resultsFrom, maxResultSize, enableArtifacts, awaitSidecarReadiness } =
    context.configuration();
  const declared = new Map(draft.steps.map((step) => [step.name, step.results]));
  const steps: PlannedStep[] = [];
  for (const step of draft.steps) {
    const env = readEnv(step, sources, pod);
    if (!env.ok) return err({ reason: "CreateContainerConfigError", message: env.error, step: step.name });
    steps.push(
      planStep(step, env.value, (results, artifacts) => decideStep(step, env.value, declared, results, artifacts)),
    );
  }
  const sidecars: PlannedSidecar[] = [];
  for (const sidecar of draft.sidecars) {
    const env = readEnv(sidecar, sources, pod);
    if (!env.ok) return err({ reason: "CreateContainerConfigError", message: env.error, step: sidecar.name });
    sidecars.push(planSidecar(sidecar, env.value, awaitSidecarReadiness));
  }
  const { podTemplate } = run.spec;
  return ok({
    namespace,
    podName: pod.metadata.name ?? "",
    podUid: pod.metadata.uid ?? "",
    taskRunName: run.metadata.name ?? "",
    volumes,
    steps,
    sidecars,
    taskResults,
    resultLimit:
      resultsFrom === "sidecar-logs" ? { kind: "perResult", maxBytes: maxResultSize } : { kind: "terminationMessage" },
    readsArtifacts: enableArtifacts,
    credentials: disableCredsInit ? [] : credentialFiles(account.secrets),
    hostAliases: (podTemplate?.hostAliases ?? []).map(({ ip, hostnames }) => ({ ip, hostnames: hostnames ?? [] })),
    ...plannedDns(podTemplate),
    pullConfigJson: pullConfigJson(account.pullSecrets),
    hostNetwork: podTemplate?.hostNetwork === true,
    maskedValues: context.maskSecrets ? valuesToMask(sources, account) : [],
  });
}

/** Whether one of two folders holds the other. */
function touches(one: string, other: string): boolean {
  return holdsFolder(one, other) || holdsFolder(other, one);
}

async function readSources(
  context: RunnerContext,
  namespace: string,
  draft: PodDraft,
  run: TaskRun,
): Promise<PodSources> {
  const needed = neededSources(draft);
  const { client } = context;
  const each = async <T>(names: ReadonlySet<string>, read: (name: string) => Promise<T>) =>
    new Map(await Promise.all([...names].map(async (name) => [name, await read(name)] as const)));
  const [configMapsRead, secretsRead, claims, tokens] = await Promise.all([
    each(needed.configMaps, async (name) => {
      const found = await client.get(configMaps, { namespace, name });
      return found.ok ? configMapValues(found.value) : undefined;
    }),
    each(needed.secrets, async (name) => {
      const found = await client.get(secrets, { namespace, name });
      return found.ok ? secretValues(found.value) : undefined;
    }),
    each(needed.claims, (name) => context.claims.folderOf(namespace, name)),
    each(needed.tokenAudiences, (audience) => requestToken(client, namespace, run, audience)),
  ]);
  return { configMaps: configMapsRead, secrets: secretsRead, claims, tokens };
}

async function requestToken(client: KubeClient, namespace: string, run: TaskRun, audience: string): Promise<string> {
  const name = run.spec.serviceAccountName ?? "default";
  const answer = await client.create(
    serviceAccounts,
    {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      metadata: { name, namespace },
      spec: audience === "" ? {} : { audiences: [audience] },
    },
    { namespace, name, subresource: "token" },
  );
  if (!answer.ok) return "";
  const token = member(answer.value["status"] as JsonValue, "token");
  return typeof token === "string" ? token : "";
}

/**
 * The run's ServiceAccount; an error when it does not exist, `default` being taken for granted, or when its secrets are
 * not what the flags ask for.
 */
export async function readAccount(context: RunnerContext, run: TaskRun): Promise<Result<PodAccount, string>> {
  const namespace = run.metadata.namespace ?? "";
  const name = run.spec.serviceAccountName ?? "default";
  const found = await context.client.get(serviceAccounts, { namespace, name });
  if (!found.ok && name !== "default") return err(statusText(found.error));
  const account = (found.ok ? found.value : {}) as JsonValue;
  const missing: string[] = [];
  const read = async (names: readonly string[]) => {
    const objects = await Promise.all(names.map((secret) => context.client.get(secrets, { namespace, name: secret })));
    return objects.flatMap((object, index) => {
      if (object.ok) return [object.value];
      missing.push(names[index] ?? "");
      return [];
    });
  };
  const named = (value: JsonValue | undefined): readonly string[] =>
    (isJsonArray(value) ? value : []).flatMap((each) => {
      const text = member(each, "name");
      return typeof text === "string" && text !== "" ? [text] : [];
    });
  const templatePulls = (run.spec.podTemplate?.imagePullSecrets ?? []).flatMap(({ name: each }) => each ?? []);
  const own = await read(named(member(account, "secrets")));
  if (context.configuration().requireGitSshKnownHosts && own.some(lacksKnownHosts)) return err(knownHostsMissing);
  const accountMissing = [...missing];
  const pullSecrets = await read([...new Set([...named(member(account, "imagePullSecrets")), ...templatePulls])]);
  return ok({ secrets: own, pullSecrets, missing: accountMissing });
}

/** As Tekton words it. */
const knownHostsMissing =
  'TaskRun validation failed. Git SSH Secret must have "known_hosts" included when feature flag ' +
  '"require-git-ssh-secret-known-hosts" is set to true';

function lacksKnownHosts(secret: K8sObject): boolean {
  return secret["type"] === "kubernetes.io/ssh-auth" && !secretValues(secret).has("known_hosts");
}

function plannedDns({ dnsPolicy, dnsConfig }: PodTemplate = {}): Pick<PodPlan, "dns"> {
  if (dnsConfig === undefined) return {};
  const { nameservers = [], searches = [], options = [] } = dnsConfig;
  const texts = options.map(({ name = "", value }) =>
    value === undefined || value === "" ? name : `${name}:${value}`,
  );
  return { dns: { isComplete: dnsPolicy === "None", nameservers, searches, options: texts } };
}

function planContainer(draft: DraftContainer, env: readonly EnvEntry[]): PlannedContainer {
  const security = draft.securityContext;
  return {
    name: draft.name,
    image: draft.image,
    ...(draft.imagePullPolicy === undefined ? {} : { imagePullPolicy: draft.imagePullPolicy }),
    command: draft.command,
    args: draft.args,
    ...(draft.script === undefined ? {} : { script: draft.script }),
    ...(draft.workingDir === undefined ? {} : { workingDir: draft.workingDir }),
    env,
    mounts: draft.mounts,
    ...(security === undefined ? {} : { securityContext: security }),
    limits: draft.resources.limits ?? {},
  };
}

function planStep(
  draft: DraftStep,
  env: readonly EnvEntry[],
  resolve: NonNullable<PlannedStep["resolve"]>,
): PlannedStep {
  return {
    ...planContainer(draft, env),
    ...(draft.timeoutMs === undefined ? {} : { timeoutMs: draft.timeoutMs }),
    onError: draft.onError,
    ...(draft.stdoutPath === undefined ? {} : { stdoutPath: draft.stdoutPath }),
    ...(draft.stderrPath === undefined ? {} : { stderrPath: draft.stderrPath }),
    results: draft.results.map((result) => result.name),
    ...(decidesLate(draft) ? { resolve } : {}),
  };
}

/** Without its probe a sidecar is ready once it runs. */
function planSidecar(draft: DraftSidecar, env: readonly EnvEntry[], isAwaited: boolean): PlannedSidecar {
  const probe = draft.readinessProbe === undefined || !isAwaited ? undefined : planProbe(draft.readinessProbe);
  return { ...planContainer(draft, env), ...(probe === undefined ? {} : { readinessProbe: probe }) };
}

function planProbe(probe: Probe): ReadinessProbe | undefined {
  const timing = {
    initialDelayMs: (probe.initialDelaySeconds ?? 0) * 1_000,
    periodMs: (probe.periodSeconds || 10) * 1_000,
    timeoutMs: (probe.timeoutSeconds || 1) * 1_000,
    failureThreshold: probe.failureThreshold || 3,
  };
  if (probe.exec !== undefined) return { ...timing, kind: "exec", command: probe.exec.command ?? [] };
  if (probe.httpGet !== undefined) {
    const { path = "/", port, scheme } = probe.httpGet;
    return { ...timing, kind: "httpGet", path, port: Number(port), scheme: scheme === "HTTPS" ? "HTTPS" : "HTTP" };
  }
  return probe.tcpSocket === undefined
    ? undefined
    : { ...timing, kind: "tcpSocket", port: Number(probe.tcpSocket.port) };
}

/** Texts of the secrets that the run names. */
function valuesToMask(sources: PodSources, account: PodAccount): readonly string[] {
  const maps = [...sources.secrets.values(), ...account.secrets.map(secretValues)];
  const texts = maps.flatMap((map) =>
    map === undefined ? [] : [...map.values()].map((value) => Buffer.from(value).toString()),
  );
  return [...new Set(texts.filter((text) => text.trim().length >= 3))];
}
