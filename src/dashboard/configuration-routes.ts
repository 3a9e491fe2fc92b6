import { jsonResult } from "./answer.ts";
import { getConfiguration, shownResource } from "./configuration.ts";
import { examineListeners } from "./examination.ts";
import { objectYaml } from "./object-yaml.ts";
import { type Route, refusal } from "./route.ts";
import { queryText } from "./visit.ts";

export const configurationRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "configuration/:namespace/:name",
    answer: async ({ client }, { namespace = "", name = "" }) =>
      jsonResult(await getConfiguration(client, { namespace, name })),
  },
  {
    method: "GET",
    path: "doctor",
    answer: async (visit) =>
      jsonResult(
        await examineListeners(visit.client, {
          namespace: visit.namespace,
          listener: queryText(visit, "listener"),
          since: queryText(visit, "since"),
          nowMs: visit.nowMs,
        }),
      ),
  },
  {
    method: "GET",
    path: "yaml",
    answer: async (visit) => {
      const kind = queryText(visit, "kind");
      const name = queryText(visit, "name");
      const resource = shownResource(kind);
      if (resource === undefined || name === undefined) {
        return refusal(400, "BadRequest", "kind must be of Tekton, and name be given: other objects are not shown");
      }
      const found = await visit.client.get(resource, { namespace: visit.namespace, name });
      if (!found.ok) return jsonResult(found);
      return { kind: "text", contentType: "text/plain; charset=utf-8", body: objectYaml(found.value) };
    },
  },
];
