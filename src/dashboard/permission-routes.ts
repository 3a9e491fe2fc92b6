import type { Resource } from "../api/object.ts";
import { refusalOf } from "./actions.ts";
import { jsonResult } from "./answer.ts";
import { type GetRoute, refusal } from "./route.ts";
import type { PermissionView } from "./views/permission-view.ts";
import { queryText } from "./visit.ts";

const namespaces: Resource = { group: "", version: "v1", resource: "namespaces" };

export const permissionRoutes: readonly GetRoute[] = [
  {
    method: "GET",
    path: "namespaces",
    answer: async ({ session }) => {
      const listed = await session.client.list(namespaces);
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
