import type { K8sObject } from "../api/object.ts";
import { managedByLabel } from "../api/pipelines/defaults.ts";
import type { SidecarState, StepState, TaskRun } from "../api/pipelines/runs.ts";
import { childName } from "./child-name.ts";
import { ownerReference } from "./child-objects.ts";
import type { DraftContainer, PodDraft } from "./pod-draft.ts";

/** Name of the pod of an attempt, 0 being the first. */
export function podNameOf(taskRunName: string, attempt: number): string {
  return childName(taskRunName, attempt === 0 ? "-pod" : `-pod-retry${attempt}`);
}

/** The Pod that stands for an attempt in the API (spec: pipelines, section 6.3). */
export function podObject(
  run: TaskRun,
  podName: string,
  draft: PodDraft,
  nodeName: string,
  managedBy: string,
): K8sObject {
  const { namespace } = run.metadata;
  const serviceAccountName = run.spec.serviceAccountName ?? "default";
  const { podTemplate } = run.spec;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: podName,
      ...(namespace === undefined ? {} : { namespace }),
      labels: {
        [managedByLabel]: managedBy,
        ...run.metadata.labels,
        "tekton.dev/taskRun": run.metadata.name ?? "",
        "tekton.dev/taskRunUID": run.metadata.uid ?? "",
      },
      annotations: {
        ...run.metadata.annotations,
        "pipeline.tekton.dev/release": "tektite",
        "tekton.dev/ready": "READY",
      },
      ownerReferences: [ownerReference(run)],
    },
    spec: {
      restartPolicy: "Never",
      nodeName,
      serviceAccountName,
      ...(podTemplate?.hostNetwork === true ? { hostNetwork: true } : {}),
      ...(podTemplate?.hostAliases === undefined ? {} : { hostAliases: podTemplate.hostAliases }),
      ...(podTemplate?.dnsPolicy === undefined ? {} : { dnsPolicy: podTemplate.dnsPolicy }),
      ...(podTemplate?.dnsConfig === undefined ? {} : { dnsConfig: podTemplate.dnsConfig }),
      ...(podTemplate?.imagePullSecrets === undefined ? {} : { imagePullSecrets: podTemplate.imagePullSecrets }),
      initContainers: initContainers(draft),
      containers: [
        ...draft.steps.map((step, index) => container(step, `step-${step.name}`, `script-${index}`)),
        ...draft.sidecars.map((sidecar, index) =>
          container(sidecar, `sidecar-${sidecar.name}`, `sidecar-script-${index}`),
        ),
      ],
      volumes: [...draft.volumes],
    },
  };
}

const entrypointImage = "tektite.dev/entrypoint";

function initContainers(draft: PodDraft): readonly { readonly name: string; readonly image: string }[] {
  const containers: readonly DraftContainer[] = [...draft.steps, ...draft.sidecars];
  const names = ["prepare"];
  if (containers.some((each) => each.script !== undefined)) names.push("place-scripts");
  if (draft.steps.some((step) => step.workingDir?.startsWith("/workspace/") === true)) {
    names.push("working-dir-initializer");
  }
  return names.map((name) => ({ name, image: entrypointImage }));
}

function container(draft: DraftContainer, name: string, script: string): Readonly<Record<string, unknown>> {
  const command = draft.script === undefined ? draft.command : [`/tekton/scripts/${script}`];
  const resources = {
    ...(draft.resources.limits === undefined ? {} : { limits: draft.resources.limits }),
    ...(draft.resources.requests === undefined ? {} : { requests: draft.resources.requests }),
  };
  return {
    name,
    image: draft.image === "" ? "none" : draft.image,
    ...(draft.imagePullPolicy === undefined ? {} : { imagePullPolicy: draft.imagePullPolicy }),
    ...(command.length === 0 ? {} : { command }),
    ...(draft.args.length === 0 ? {} : { args: draft.args }),
    ...(draft.workingDir === undefined ? {} : { workingDir: draft.workingDir }),
    ...(draft.env.length === 0 ? {} : { env: draft.env }),
    ...(draft.envFrom.length === 0 ? {} : { envFrom: draft.envFrom }),
    ...(draft.mounts.length === 0
      ? {}
      : {
          volumeMounts: draft.mounts.map((mount) => ({
            name: mount.volume,
            mountPath: mount.mountPath,
            ...(mount.subPath === undefined ? {} : { subPath: mount.subPath }),
            ...(mount.readOnly ? { readOnly: true } : {}),
          })),
        }),
    ...(draft.securityContext === undefined ? {} : { securityContext: draft.securityContext }),
    resources,
  };
}

/** What `status` of the Pod says while its steps go on. */
export function podStatus(
  pod: K8sObject,
  phase: "Pending" | "Running" | "Succeeded" | "Failed",
  steps: readonly StepState[],
  sidecars: readonly SidecarState[],
  startTime: string,
  reason?: { readonly reason: string; readonly message: string },
): Readonly<Record<string, unknown>> {
  const images = new Map<string, string>();
  const spec = pod["spec"] as {
    readonly containers: readonly { readonly name: string; readonly image: string }[];
    readonly initContainers?: readonly { readonly name: string; readonly image: string }[];
  };
  for (const { name, image } of spec.containers) images.set(name, image);
  const statuses = [...steps, ...sidecars].map((state) => {
    // All containers of a pod start at once: where a step's turn has not come, its entrypoint waits.
    const waitsForTurn = phase === "Running" && state.waiting !== undefined && state.container.startsWith("step-");
    const running = waitsForTurn ? { startedAt: startTime } : state.running;
    return {
      name: state.container,
      image: images.get(state.container) ?? "",
      imageID: state.imageID ?? "",
      ready: running !== undefined,
      started: running !== undefined,
      restartCount: 0,
      ...(state.terminated?.containerID === undefined ? {} : { containerID: state.terminated.containerID }),
      state:
        state.terminated !== undefined
          ? { terminated: { ...state.terminated } }
          : running !== undefined
            ? { running }
            : { waiting: { ...state.waiting } },
      lastState: {},
    };
  });
  const initialized = phase === "Pending" ? "False" : "True";
  const ready = phase === "Running" ? "True" : "False";
  return {
    phase,
    conditions: [
      { type: "PodScheduled", status: "True", lastProbeTime: null, lastTransitionTime: startTime },
      { type: "Initialized", status: initialized, lastProbeTime: null, lastTransitionTime: startTime },
      { type: "Ready", status: ready, lastProbeTime: null, lastTransitionTime: startTime },
      { type: "ContainersReady", status: ready, lastProbeTime: null, lastTransitionTime: startTime },
    ],
    hostIP: "127.0.0.1",
    podIP: "127.0.0.1",
    podIPs: [{ ip: "127.0.0.1" }],
    qosClass: "BestEffort",
    startTime,
    containerStatuses: statuses,
    ...(phase === "Pending"
      ? {}
      : {
          initContainerStatuses: (spec.initContainers ?? []).map(({ name, image }) => ({
            name,
            image,
            imageID: "",
            ready: true,
            started: false,
            restartCount: 0,
            state: { terminated: { exitCode: 0, reason: "Completed", startedAt: startTime, finishedAt: startTime } },
            lastState: {},
          })),
        }),
    ...(reason === undefined ? {} : reason),
  };
}
