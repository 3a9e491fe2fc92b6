import { clusterColumns } from "./cluster-columns.ts";
import { coreColumns } from "./core-columns.ts";
import type { TableColumn } from "./table-column.ts";
import { workloadColumns } from "./workload-columns.ts";

/**
 * Columns of the built-in kinds by `group/resource`, with the texts that clients are told on the wire (spec: kube-api,
 * section 12).
 */
export const builtinColumns: Readonly<Record<string, readonly TableColumn[]>> = {
  ...coreColumns,
  ...workloadColumns,
  ...clusterColumns,
};
