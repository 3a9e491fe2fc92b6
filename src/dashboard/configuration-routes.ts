import { jsonResult } from "./answer.ts";
import { getConfiguration, getDoctor, shownResource } from "./configuration.ts";
import { objectYaml } from "./object-yaml.ts";
import { type GetRoute, refusal } from "./route.ts";
import { queryText } from "./visit.ts";

export const configurationRoutes: readonly GetRoute[] = [
  {
    method: "GET",
    path: "configuration/:namespace/:name",
    answer: async ({ session }, { namespace = "", name = "" }) =>
      jsonResult(await getConfiguration(session.client, { namespace, name })),
  },
  {
    method: "GET",
    path: "doctor",
    answer: async (visit) => {
      const name = queryText(visit, "listener");
      const { namespace } = visit;
      if (name === undefined || namespace === undefined) {
        return refusal(400, "BadRequest", "listener and namespace must be given");
      }
      return jsonResult(await getDoctor(visit.session.client, { namespace, name }, visit.nowMs));
    },
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
      const found = await visit.session.client.get(resource, { namespace: visit.namespace, name });
      if (!found.ok) return jsonResult(found);
      return { kind: "text", contentType: "text/plain; charset=utf-8", body: objectYaml(found.value) };
    },
  },
];
