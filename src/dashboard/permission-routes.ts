import { refusalOf } from "./actions.ts";
import { type GetRoute, refusal } from "./route.ts";
import type { PermissionView } from "./views/permission-view.ts";
import { queryText } from "./visit.ts";

export const permissionRoutes: readonly GetRoute[] = [
  {
    method: "GET",
    path: "permissions",
    answer: async (visit) => {
      const verb = queryText(visit, "verb");
      const resource = queryText(visit, "resource");
      if (verb === undefined || resource === undefined || visit.namespace === undefined) {
        return refusal(400, "BadRequest", "verb, resource and namespace must be given");
      }
      const [name = "", ...group] = resource.split(".");
      const missing = await refusalOf(visit.session.client, {
        verb,
        resource: name,
        group: group.join("."),
        namespace: visit.namespace,
      });
      const body: PermissionView = missing === undefined ? { isAllowed: true } : { isAllowed: false, missing };
      return { kind: "json", status: 200, body };
    },
  },
];
