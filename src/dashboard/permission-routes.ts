import { namespaces } from "../kube/known-resources.ts";
import { mayI } from "../kube/may-i.ts";
import { ok } from "../result.ts";
import { jsonResult } from "./answer.ts";
import { type Route, refusal } from "./route.ts";
import type { PermissionView } from "./views/permission-view.ts";
import { queryText } from "./visit.ts";

export const permissionRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "namespaces",
    answer: async ({ client }) => {
      const listed = await client.list(namespaces);
      if (!listed.ok) return jsonResult(listed);
      const items = listed.value.items.map(({ metadata }) => metadata.name ?? "").sort();
      return jsonResult(ok({ items }));
    },
  },
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
      const { client, namespace } = visit;
      const isAllowed = await mayI(client, { verb, resource: name, group: group.join("."), namespace });
      const view: PermissionView = isAllowed
        ? { isAllowed }
        : { isAllowed: false, missing: `${verb} ${resource}, namespace ${namespace}` };
      return jsonResult(ok(view));
    },
  },
];
