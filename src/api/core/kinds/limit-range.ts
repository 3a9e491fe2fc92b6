import { child, ensureChild, items, setDefault } from "../fields.ts";
import type { KindStrategy } from "../kind-strategy.ts";

/** LimitRange: what a container gets by default follows from its bounds. */
export const limitRangeStrategy: KindStrategy = {
  nameRule: "subdomain",
  generation: false,
  default: (object) => {
    for (const limit of items(child(object, "spec"), "limits")) {
      if (limit["type"] !== "Container") continue;
      // A maximum is a default limit, a default limit a default request, and so is a minimum.
      for (const [from, to] of [
        ["max", "default"],
        ["default", "defaultRequest"],
        ["min", "defaultRequest"],
      ] as const) {
        const source = child(limit, from);
        if (!source) continue;
        const target = ensureChild(limit, to);
        for (const key of Object.keys(source)) setDefault(target, key, source[key]!);
      }
    }
  },
};
