import { child, setDefault, stringMap } from "../fields.ts";
import type { KindStrategy } from "../kind-strategy.ts";

/** Node: whoever registers it says at once how it is. */
export const nodeStrategy: KindStrategy = {
  nameRule: "subdomain",
  generation: false,
  keepsStatus: true,
  default: (object) => {
    const status = child(object, "status");
    const capacity = stringMap(status, "capacity");
    if (status !== undefined && Object.keys(capacity).length > 0) setDefault(status, "allocatable", { ...capacity });
  },
  fieldLabels: (object) => ({ "spec.unschedulable": String(child(object, "spec")?.["unschedulable"] === true) }),
};
