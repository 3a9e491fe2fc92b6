import { member } from "../json/value.ts";
import type { KubeClient } from "./client.ts";

/** What is asked about: of the core group, unless it names another. */
export interface AccessQuestion {
  readonly verb: string;
  readonly group?: string;
  readonly resource: string;
  readonly namespace?: string;
  /** One object of that name. */
  readonly name?: string;
}

/** Whether the client's own account has a permission; undefined when the API server does not say. */
export async function mayI(client: KubeClient, question: AccessQuestion): Promise<boolean | undefined> {
  const { status, body } = await client.transport.send({
    method: "POST",
    path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    body: {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: { resourceAttributes: { ...question } },
    },
  });
  const allowed = member(member(body, "status"), "allowed");
  return status < 300 && typeof allowed === "boolean" ? allowed : undefined;
}
