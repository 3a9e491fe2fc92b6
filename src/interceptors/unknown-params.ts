import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../json/value.ts";
import { bitbucketParamsType } from "./bitbucket/bitbucket-interceptor.ts";
import { celParamsType } from "./cel/cel-interceptor.ts";
import { giteaParamsType } from "./gitea/gitea-interceptor.ts";
import { githubParamsType } from "./github/github-params.ts";
import { gitlabParamsType } from "./gitlab/gitlab-interceptor.ts";
import { fieldNamed, type GoStruct, type GoType } from "./go-struct.ts";
import { slackParamsType } from "./slack/slack-interceptor.ts";

/** A param, or a field inside of one, that its interceptor passes over because it does not know it. */
export interface UnknownParam {
  /** From the params on: `filtr`, `secretRef.key`, `overlays[0].value`. */
  readonly path: string;
  /** The names that are known in its place. */
  readonly known: readonly string[];
}

const paramsTypes: ReadonlyMap<string, GoStruct> = new Map([
  ["bitbucket", bitbucketParamsType],
  ["cel", celParamsType],
  ["gitea", giteaParamsType],
  ["github", githubParamsType],
  ["gitlab", gitlabParamsType],
  ["slack", slackParamsType],
]);

/**
 * What an interceptor that comes with Tektite does not know of the params that it is given. It goes on without, as
 * Tekton's do: a misspelt filter lets everything pass. Of other interceptors nothing is known, so nothing is told.
 */
export function unknownParams(interceptor: string, params: JsonObject): readonly UnknownParam[] {
  const type = paramsTypes.get(interceptor);
  return type === undefined ? [] : unknownIn(params, type, "");
}

function unknownIn(value: JsonValue, type: GoType, path: string): readonly UnknownParam[] {
  if (type.kind === "list" && isJsonArray(value)) {
    return value.flatMap((item, index) => unknownIn(item, type.element, `${path}[${index}]`));
  }
  if (type.kind !== "struct" || !isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const at = path === "" ? key : `${path}.${key}`;
    const field = fieldNamed(type, key);
    const fieldType = field === undefined ? undefined : type.fields[field];
    return fieldType === undefined ? [{ path: at, known: Object.keys(type.fields) }] : unknownIn(item, fieldType, at);
  });
}
