import type { JsonObject, JsonValue } from "../../json/value.ts";
import type { ConnectHandler, PipelineResponse, ResourceRequest } from "../pipeline.ts";
import { badRequest } from "../status.ts";
import type { UserInfo } from "../user-info.ts";
import { created, failed, metaTime, reviewManagedFields, specOf, stringField, stringsField } from "./review-object.ts";
import type { TokenAuthenticator } from "./token-authenticator.ts";

const group = "authentication.k8s.io";

/** TokenReview and SelfSubjectReview (spec: kube-api, section 8). */
export function identityReviews(tokens: TokenAuthenticator, nowMs: () => number): readonly ConnectHandler[] {
  return [
    {
      resource: `tokenreviews.${group}`,
      handle: (request, body) => reviewToken(tokens, request, body, nowMs()),
    },
    {
      resource: `selfsubjectreviews.${group}`,
      handle: (request) =>
        Promise.resolve(
          created({
            kind: "SelfSubjectReview",
            apiVersion: `${group}/${request.version}`,
            metadata: { creationTimestamp: metaTime(nowMs()) },
            status: { userInfo: userInfoJson(request.user) },
          }),
        ),
    },
  ];
}

async function reviewToken(
  tokens: TokenAuthenticator,
  request: ResourceRequest,
  body: JsonValue | undefined,
  nowMs: number,
): Promise<PipelineResponse> {
  const spec = specOf(body);
  const token = stringField(spec, "token");
  if (token === "") return failed(badRequest("token is required for TokenReview in authentication"));
  const reviewed = await tokens.review(token, stringsField(spec, "audiences"));
  return created({
    kind: "TokenReview",
    apiVersion: `${group}/${request.version}`,
    metadata: reviewManagedFields(request, spec, nowMs),
    spec,
    status: reviewed.ok
      ? { authenticated: true, user: userInfoJson(reviewed.value.user), audiences: reviewed.value.audiences }
      : { user: {}, error: reviewed.error },
  });
}

/** The user as authentication.k8s.io/v1 UserInfo. */
export function userInfoJson(user: UserInfo): JsonObject {
  return {
    username: user.username,
    ...(user.uid === undefined || user.uid === "" ? {} : { uid: user.uid }),
    ...(user.groups.length === 0 ? {} : { groups: user.groups }),
    ...(user.extra === undefined || Object.keys(user.extra).length === 0 ? {} : { extra: user.extra }),
  };
}
