import { parseGoDuration } from "./go-duration.ts";

/** Settings from the ConfigMaps `config-defaults` and `feature-flags` (spec: pipelines, section 13). */
export interface PipelinesConfiguration {
  readonly defaultTimeoutMinutes: number;
  readonly defaultServiceAccount: string;
  readonly managedByLabelValue: string;
  readonly maxMatrixCombinations: number;
  readonly maximumResolutionTimeoutMs: number;
  /** YAML text of a pod template; empty for none. */
  readonly defaultPodTemplate: string;
  /** YAML text of a workspace binding for required workspaces that nobody bound; empty for none. */
  readonly defaultTaskRunWorkspaceBinding: string;
  readonly defaultResolver: string;
  /** Where CloudEvents about runs go; empty for nowhere. */
  readonly cloudEventsSink: string;
  /** Environment variables that a pod template must not set. */
  readonly forbiddenEnv: readonly string[];
  readonly enableApiFields: "stable" | "beta" | "alpha";
  readonly resultsFrom: "termination-message" | "sidecar-logs";
  /** Bytes of one result when results come from sidecar logs. */
  readonly maxResultSize: number;
  readonly enableStepActions: boolean;
  readonly disableCredsInit: boolean;
  readonly enableCelInWhen: boolean;
  readonly enableParamEnum: boolean;
  readonly enableArtifacts: boolean;
  /** Whether the first step waits until the sidecars are ready. */
  readonly awaitSidecarReadiness: boolean;
  /** Whether secrets with SSH keys for git need known hosts. */
  readonly requireGitSshKnownHosts: boolean;
  readonly enableProvenance: boolean;
  /** Kinds whose inline specs are refused, such as `pipeline`, `taskrun`. */
  readonly disableInlineSpec: readonly string[];
  /** The flags as they are told in `status.provenance.featureFlags`. */
  readonly featureFlags: Readonly<Record<string, string | number | boolean>>;
}

type Data = Readonly<Record<string, string>>;

/** Reads both ConfigMaps' data; what is absent or unreadable has its default. */
export function readConfiguration(defaults: Data = {}, flags: Data = {}): PipelinesConfiguration {
  const text = (key: string, fallback: string) => own(defaults, `default-${key}`) ?? own(defaults, key) ?? fallback;
  const flag = (key: string, fallback: boolean) => {
    const value = own(flags, key)?.toLowerCase();
    return value === "true" || value === "false" ? value === "true" : fallback;
  };
  const fields = own(flags, "enable-api-fields")?.toLowerCase();
  const featureFlags = {
    awaitSidecarReadiness: flag("await-sidecar-readiness", true),
    coschedule: own(flags, "coschedule") ?? "workspaces",
    disableCredsInit: flag("disable-creds-init", false),
    disableInlineSpec: own(flags, "disable-inline-spec") ?? "",
    enableAPIFields: fields === "alpha" || fields === "stable" ? fields : "beta",
    enableArtifacts: flag("enable-artifacts", false),
    enableCELInWhenExpression: flag("enable-cel-in-whenexpression", false),
    enableConciseResolverSyntax: flag("enable-concise-resolver-syntax", false),
    enableKeepPodOnCancel: flag("keep-pod-on-cancel", false),
    enableKubernetesSidecar: flag("enable-kubernetes-sidecar", false),
    enableParamEnum: flag("enable-param-enum", false),
    enableProvenanceInStatus: flag("enable-provenance-in-status", true),
    enableStepActions: flag("enable-step-actions", true),
    enforceNonfalsifiability: own(flags, "enforce-nonfalsifiability") ?? "none",
    maxResultSize: whole(own(flags, "max-result-size") ?? "", 4096),
    requireGitSSHSecretKnownHosts: flag("require-git-ssh-secret-known-hosts", false),
    resultExtractionMethod: own(flags, "results-from") ?? "termination-message",
    runningInEnvWithInjectedSidecars: flag("running-in-environment-with-injected-sidecars", true),
    sendCloudEventsForRuns: flag("send-cloudevents-for-runs", true),
    setSecurityContext: flag("set-security-context", false),
    setSecurityContextReadOnlyRootFilesystem: flag("set-security-context-read-only-root-filesystem", false),
    verificationNoMatchPolicy: own(flags, "trusted-resources-verification-no-match-policy") ?? "ignore",
  } as const;
  return {
    defaultTimeoutMinutes: whole(text("timeout-minutes", "60"), 60),
    defaultServiceAccount: text("service-account", "default"),
    managedByLabelValue: text("managed-by-label-value", "tekton-pipelines"),
    maxMatrixCombinations: whole(text("max-matrix-combinations-count", "256"), 256),
    maximumResolutionTimeoutMs: resolutionTimeoutMs(text("maximum-resolution-timeout", "1m")),
    defaultPodTemplate: text("pod-template", ""),
    defaultTaskRunWorkspaceBinding: text("task-run-workspace-binding", ""),
    defaultResolver: text("resolver-type", ""),
    cloudEventsSink: text("cloud-events-sink", ""),
    forbiddenEnv: names(text("forbidden-env", "")),
    enableApiFields: featureFlags.enableAPIFields,
    resultsFrom: featureFlags.resultExtractionMethod === "sidecar-logs" ? "sidecar-logs" : "termination-message",
    maxResultSize: featureFlags.maxResultSize,
    enableStepActions: featureFlags.enableStepActions,
    disableCredsInit: featureFlags.disableCredsInit,
    enableCelInWhen: featureFlags.enableCELInWhenExpression,
    enableParamEnum: featureFlags.enableParamEnum,
    enableArtifacts: featureFlags.enableArtifacts,
    awaitSidecarReadiness: featureFlags.awaitSidecarReadiness,
    requireGitSshKnownHosts: featureFlags.requireGitSSHSecretKnownHosts,
    enableProvenance: featureFlags.enableProvenanceInStatus,
    disableInlineSpec: names(featureFlags.disableInlineSpec),
    featureFlags,
  };
}

function own(data: Data, key: string): string | undefined {
  return Object.hasOwn(data, key) ? data[key] : undefined;
}

/** A list of names with commas between them. */
function names(text: string): readonly string[] {
  return text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

function whole(text: string, fallback: number): number {
  return /^\d+$/.test(text) ? Number(text) : fallback;
}

/** A minute unless it is a Go duration of some length. */
function resolutionTimeoutMs(text: string): number {
  const milliseconds = parseGoDuration(text) ?? 0;
  return milliseconds > 0 ? milliseconds : 60_000;
}
