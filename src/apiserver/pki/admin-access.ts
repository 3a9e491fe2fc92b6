import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { stringify } from "yaml";
import type { StaticToken } from "../auth/static-tokens.ts";
import { privilegedGroup } from "../rbac/rbac-authorizer.ts";
import { readIfThere, writePrivate } from "./private-files.ts";

/** The administrator's token, made on first use and kept in `folder`, readable by its owner only. */
export function loadAdminToken(folder: string): StaticToken {
  const path = join(folder, "admin.token");
  const known = readIfThere(path)?.trim();
  const token = known === undefined || known === "" ? randomBytes(32).toString("base64url") : known;
  if (token !== known) writePrivate(path, `${token}\n`);
  return { token, user: { username: "admin", uid: "admin", groups: [privilegedGroup] } };
}

/** Writes the kubeconfig of the administrator, mode 0600. `server` is the base URL of the API. */
export function writeAdminKubeconfig(
  path: string,
  access: { readonly server: string; readonly authorityPem: string; readonly token: string },
): void {
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: "tektite",
        cluster: {
          server: access.server,
          "certificate-authority-data": Buffer.from(access.authorityPem).toString("base64"),
        },
      },
    ],
    users: [{ name: "admin", user: { token: access.token } }],
    contexts: [{ name: "tektite", context: { cluster: "tektite", user: "admin", namespace: "default" } }],
    "current-context": "tektite",
  };
  writePrivate(path, stringify(config));
}
