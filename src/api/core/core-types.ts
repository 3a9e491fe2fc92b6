import { GoTypes } from "./go-type.ts";
import { clusterTypes } from "./types/cluster.ts";
import { coreTypes } from "./types/core.ts";
import { extensionTypes } from "./types/extension.ts";
import { metaTypes } from "./types/meta.ts";
import { podTypes, volumeTypes } from "./types/pod.ts";
import { workloadTypes } from "./types/workloads.ts";

/** All types of the built-in kinds. */
export const goTypes = new GoTypes()
  .define(metaTypes)
  .define(volumeTypes)
  .define(podTypes)
  .define(coreTypes)
  .define(workloadTypes)
  .define(clusterTypes)
  .define(extensionTypes);
