import { createHash } from "node:crypto";
import type { K8sObject } from "../api/object.ts";
import type { PipelineRun, TaskRun, WorkspaceBinding } from "../api/pipelines/runs.ts";
import { isJsonObject, member } from "../json/value.ts";
import { ownerReference } from "./child-objects.ts";

/** A binding with its claim in the place of a template, and the claim to create (spec: pipelines, section 10). */
export interface ClaimedWorkspace {
  readonly binding: WorkspaceBinding;
  readonly claim?: K8sObject;
}

/** Turns a volumeClaimTemplate into a claim that belongs to the run: one for each workspace and run. */
export function claimWorkspace(binding: WorkspaceBinding, run: PipelineRun | TaskRun): ClaimedWorkspace {
  const { volumeClaimTemplate: template, ...rest } = binding;
  if (template === undefined) return { binding };
  const metadata = member(template, "metadata");
  const base = member(metadata, "name");
  const hash = createHash("sha256").update(`${binding.name}${run.metadata.uid}`).digest("hex").slice(0, 10);
  const name = `${typeof base === "string" && base !== "" ? base : "pvc"}-${hash}`;
  const { namespace } = run.metadata;
  const claim: K8sObject = {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: {
      ...(isJsonObject(metadata) ? metadata : {}),
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ownerReferences: [ownerReference(run)],
    },
    spec: member(template, "spec") ?? {},
  };
  return { binding: { ...rest, persistentVolumeClaim: { claimName: name } }, claim };
}
