import { createHmac } from "node:crypto";

/** The ways in which senders prove who they are. */
export const signatureTypes = ["github", "gitea", "forgejo", "gogs", "gitlab", "bitbucket", "slack"] as const;
export type SignatureType = (typeof signatureTypes)[number];

/** The headers that a sender of that kind adds to a body, names and values in turn. `nowMs` is Slack's. */
export function signatureHeaders(
  type: SignatureType,
  secret: string,
  body: Uint8Array,
  nowMs: number,
): readonly string[] {
  const hex = () => createHmac("sha256", secret).update(body).digest("hex");
  switch (type) {
    case "github":
      return ["X-Hub-Signature-256", `sha256=${hex()}`];
    case "bitbucket":
      return ["X-Hub-Signature", `sha256=${hex()}`];
    case "gitea":
      return ["X-Gitea-Signature", hex()];
    case "forgejo":
      return ["X-Forgejo-Signature", hex()];
    case "gogs":
      return ["X-Gogs-Signature", hex()];
    case "gitlab":
      return ["X-Gitlab-Token", secret];
    case "slack": {
      const seconds = String(Math.floor(nowMs / 1000));
      const mac = createHmac("sha256", secret).update(`v0:${seconds}:`).update(body).digest("hex");
      return ["X-Slack-Request-Timestamp", seconds, "X-Slack-Signature", `v0=${mac}`];
    }
    default:
      return type satisfies never;
  }
}
