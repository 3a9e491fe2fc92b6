import type { Status } from "../api/object.ts";
import { type JsonValue, member } from "../json/value.ts";
import type { KubeClient } from "../kube/client.ts";
import { clientFailure } from "../kube/status.ts";
import { err, ok, type Result } from "../result.ts";

/** Who a client is to the API server; the Status when it is not let in. */
export async function whoAmI(client: KubeClient): Promise<Result<string, Status>> {
  const review = await client.create(
    { group: "authentication.k8s.io", version: "v1", resource: "selfsubjectreviews" },
    { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview", metadata: {} },
  );
  if (!review.ok) return review;
  const name = member(member(review.value["status"] as JsonValue | undefined, "userInfo"), "username");
  return typeof name === "string" && name !== "" && name !== "system:anonymous"
    ? ok(name)
    : err(clientFailure(401, "Unauthorized", "the server does not know this token"));
}
