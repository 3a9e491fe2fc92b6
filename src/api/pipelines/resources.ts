/** A kind as discovery, tables and the store need to know it. */
export interface PipelinesResource {
  readonly group: string;
  /** The storage version first. */
  readonly versions: readonly string[];
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly scope: "Namespaced";
  readonly statusSubresource: boolean;
  readonly printerColumns: readonly PrinterColumn[];
}

interface PrinterColumn {
  readonly name: string;
  readonly type: "string" | "date";
  readonly jsonPath: string;
}

const condition = '.status.conditions[?(@.type=="Succeeded")]';
const succeeded: PrinterColumn = { name: "Succeeded", type: "string", jsonPath: `${condition}.status` };
const reason: PrinterColumn = { name: "Reason", type: "string", jsonPath: `${condition}.reason` };
const startTime: PrinterColumn = { name: "StartTime", type: "date", jsonPath: ".status.startTime" };
const completionTime: PrinterColumn = { name: "CompletionTime", type: "date", jsonPath: ".status.completionTime" };
const runColumns = [succeeded, reason, startTime, completionTime];
const requestCondition = ".status.conditions[?(@.type=='Succeeded')]";
const requestColumns: readonly PrinterColumn[] = [
  { name: "OwnerKind", type: "string", jsonPath: ".metadata.ownerReferences[0].kind" },
  { name: "Owner", type: "string", jsonPath: ".metadata.ownerReferences[0].name" },
  { ...succeeded, jsonPath: `${requestCondition}.status` },
  { ...reason, jsonPath: `${requestCondition}.reason` },
  { name: "StartTime", type: "string", jsonPath: ".metadata.creationTimestamp" },
  { name: "EndTime", type: "string", jsonPath: `${requestCondition}.lastTransitionTime` },
];

function resource(
  kind: string,
  versions: readonly string[],
  shortNames: readonly string[] = [],
  printerColumns: readonly PrinterColumn[] = [],
  group = "tekton.dev",
): PipelinesResource {
  const singular = kind.toLowerCase();
  return {
    group,
    versions,
    kind,
    plural: `${singular}s`,
    singular,
    shortNames,
    categories: ["tekton", "tekton-pipelines"],
    scope: "Namespaced",
    statusSubresource: true,
    printerColumns,
  };
}

/** The kinds of Tekton Pipelines (spec: pipelines, section 1). */
export const pipelinesResources: readonly PipelinesResource[] = [
  resource("Task", ["v1", "v1beta1"]),
  resource("Pipeline", ["v1", "v1beta1"]),
  resource("TaskRun", ["v1", "v1beta1"], ["tr", "trs"], runColumns),
  resource("PipelineRun", ["v1", "v1beta1"], ["pr", "prs"], runColumns),
  resource("StepAction", ["v1beta1", "v1alpha1"]),
  resource("CustomRun", ["v1beta1"], [], runColumns),
  resource("ResolutionRequest", ["v1beta1"], [], requestColumns, "resolution.tekton.dev"),
];
