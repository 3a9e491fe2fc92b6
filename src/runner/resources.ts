import type { Resource } from "../api/object.ts";

const core = (resource: string): Resource => ({ group: "", version: "v1", resource });
const tekton = (resource: string, version = "v1"): Resource => ({ group: "tekton.dev", version, resource });

/** The resources that the runner reads and writes. */
export const pods = core("pods");
export const configMaps = core("configmaps");
export const secrets = core("secrets");
export const serviceAccounts = core("serviceaccounts");
export const claims = core("persistentvolumeclaims");
export const events = core("events");
export const tasks = tekton("tasks");
export const pipelines = tekton("pipelines");
export const taskRuns = tekton("taskruns");
export const pipelineRuns = tekton("pipelineruns");
export const stepActions = tekton("stepactions", "v1beta1");
export const customRuns = tekton("customruns", "v1beta1");
