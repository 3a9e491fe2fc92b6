import { SignJWT } from "jose";
import type { K8sObject } from "../../api/object.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import type { ServiceAccountKey } from "../pki/service-account-key.ts";
import type { BoundObjects } from "./service-account-tokens.ts";

/** Who issues tokens that are kept in Secrets; those of TokenRequest have another issuer. */
export const secretTokenIssuer = "kubernetes/serviceaccount";

/** Set by who wants the tokens of a Secret refused: the day from which they are. */
const invalidSinceLabel = "kubernetes.io/legacy-token-invalid-since";
const prefix = "kubernetes.io/serviceaccount";

/** What the token of a Secret of the type `kubernetes.io/service-account-token` says. */
export interface SecretTokenOrder {
  readonly namespace: string;
  readonly serviceAccount: { readonly name: string; readonly uid: string };
  readonly secretName: string;
}

/** Signs tokens for Secrets: without expiry and audience, valid while Secret and account are there. */
export function secretTokenSigner(key: ServiceAccountKey): (order: SecretTokenOrder) => Promise<string> {
  return ({ namespace, serviceAccount, secretName }) =>
    new SignJWT({
      iss: secretTokenIssuer,
      [`${prefix}/namespace`]: namespace,
      [`${prefix}/secret.name`]: secretName,
      [`${prefix}/service-account.name`]: serviceAccount.name,
      [`${prefix}/service-account.uid`]: serviceAccount.uid,
      sub: `system:serviceaccount:${namespace}:${serviceAccount.name}`,
    })
      .setProtectedHeader({ alg: "RS256", kid: key.keyId })
      .sign(key.privateKey);
}

/** Whose token this is, when its Secret still holds it and its account is the one it was made for. */
export function checkSecretToken(
  token: string,
  claims: JsonObject,
  objects: BoundObjects,
): Result<{ readonly namespace: string; readonly name: string; readonly uid: string }, string> {
  const claim = (name: string): string => textOf(claims[`${prefix}/${name}`]);
  const namespace = claim("namespace");
  const name = claim("service-account.name");
  const uid = claim("service-account.uid");
  const secretName = claim("secret.name");
  if (textOf(claims["sub"]) !== `system:serviceaccount:${namespace}:${name}`) return err("sub claim is invalid");
  const secret = objects.get("secrets", namespace, secretName);
  if (secret === undefined || isLeaving(secret)) return err("service account token has been invalidated");
  if (secretValue(secret, "token") !== token) return err("service account token does not match server's copy");
  if (secret.metadata.labels?.[invalidSinceLabel] !== undefined)
    return err(
      `the token in secret ${namespace}/${secretName} for service account ${namespace}/${name} has been marked invalid. Use tokens from the TokenRequest API or manually created secret-based tokens, or remove the '${invalidSinceLabel}' label from the secret to temporarily allow use of this token`,
    );
  const account = objects.get("serviceaccounts", namespace, name);
  if (account === undefined) return err(`serviceaccounts "${name}" not found`);
  if (isLeaving(account)) return err(`service account ${namespace}/${name} has been deleted`);
  if (account.metadata.uid !== uid)
    return err(`service account UID (${account.metadata.uid ?? ""}) does not match claim (${uid})`);
  return ok({ namespace, name, uid });
}

function secretValue(secret: K8sObject, key: string): string {
  const data = secret["data"] as JsonValue | undefined;
  const value = isJsonObject(data) && Object.hasOwn(data, key) ? data[key] : undefined;
  return Buffer.from(textOf(value), "base64").toString();
}

function isLeaving({ metadata }: K8sObject): boolean {
  return metadata.deletionTimestamp !== undefined;
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}
