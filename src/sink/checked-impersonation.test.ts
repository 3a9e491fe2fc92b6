import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { member } from "../json/value.ts";
import type { ApiRequest, ApiResponse, KubeTransport } from "../kube/transport.ts";
import { CheckedImpersonation } from "./checked-impersonation.ts";

const own = "system:serviceaccount:a:listener";

/** Notes who asks for what, and allows reviews for these targets. */
function recorder(allowed: ReadonlySet<string>): { readonly asked: string[]; readonly transport: KubeTransport } {
  const asked: string[] = [];
  const as = (userName: string): KubeTransport => ({
    async send(request: ApiRequest): Promise<ApiResponse> {
      const target = member(member(request.body, "spec"), "resourceAttributes");
      const name = `${member(target, "namespace") ?? ""}/${member(target, "name") ?? ""}`;
      const isReview = request.path.endsWith("selfsubjectaccessreviews");
      asked.push(`${userName}: ${isReview ? `may ${member(target, "verb")} ${name}` : request.path}`);
      return { status: 200, headers: {}, body: isReview ? { status: { allowed: allowed.has(name) } } : {} };
    },
    watch: async () => ({ status: 200, body: null, items: (async function* () {})() }),
    stream: async () => ({ status: 200, body: null, items: (async function* () {})() }),
    as: (user) => as(user.userName),
  });
  return { asked, transport: as("process") };
}

test("a shared listener acts as its own account, and as another one only where its own may impersonate it", async () => {
  const { asked, transport } = recorder(new Set(["a/deployer"]));
  let nowMs = 0;
  const listener = new CheckedImpersonation(transport, own, () => nowMs);
  const request = { method: "POST", path: "/x" } as const;
  equal((await listener.send(request)).status, 200);
  equal((await listener.as({ userName: own }).send(request)).status, 200);
  const deployer = listener.as({ userName: "system:serviceaccount:a:deployer" });
  equal((await deployer.send(request)).status, 200);
  equal((await deployer.send(request)).status, 200);
  const admin = listener.as({ userName: "system:serviceaccount:b:admin" });
  const refused = await admin.send(request);
  equal(refused.status, 403);
  equal(member(refused.body, "reason"), "Forbidden");
  equal((await admin.watch({ method: "GET", path: "/x" })).status, 403);
  deepEqual(asked, [
    `${own}: /x`,
    `${own}: /x`,
    `${own}: may impersonate a/deployer`,
    "system:serviceaccount:a:deployer: /x",
    "system:serviceaccount:a:deployer: /x",
    `${own}: may impersonate b/admin`,
  ]);
  nowMs = 60_000;
  await deployer.send(request);
  equal(asked.filter((line) => line.includes("may impersonate a/deployer")).length, 2, "the permission is asked anew");
  equal((await deployer.as({ userName: "system:admin" }).send(request)).status, 200, "no further identity is taken");
  equal(asked.at(-1), "system:serviceaccount:a:deployer: /x");
});
