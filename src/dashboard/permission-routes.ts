import { namespaces } from "../kube/known-resources.ts";
import { refusalOf } from "./actions.ts";
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
      return { kind: "json", status: 200, body: { items } };
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
      const missing = await refusalOf(visit.client, {
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
