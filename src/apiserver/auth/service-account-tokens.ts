import { randomUUID } from "node:crypto";
import { decodeJwt, errors, jwtVerify, SignJWT } from "jose";
import type { K8sObject } from "../../api/object.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import type { ServiceAccountKey } from "../pki/service-account-key.ts";
import { goStringList } from "../rbac/go-string-list.ts";
import type { UserInfo } from "../user-info.ts";
import { checkSecretToken, secretTokenIssuer } from "./secret-token.ts";

/** Who issues service account tokens, and the audience of tokens for this API. */
export const serviceAccountIssuer = "https://kubernetes.default.svc";

/** Finds what a token is bound to, at the present state of the store. */
export interface BoundObjects {
  /** `resource` is serviceaccounts, pods, secrets or nodes; no namespace for nodes. */
  get(resource: string, namespace: string | undefined, name: string): K8sObject | undefined;
}

/** What an object that a token is bound to is, beside the service account. */
export interface BoundReference {
  readonly kind: "Pod" | "Secret" | "Node";
  readonly name: string;
  readonly uid: string;
}

export interface TokenOrder {
  readonly namespace: string;
  readonly serviceAccount: { readonly name: string; readonly uid: string };
  readonly audiences: readonly string[];
  readonly expirationSeconds: number;
  readonly bound?: BoundReference;
  /** The node of a bound pod. */
  readonly node?: { readonly name: string; readonly uid?: string };
}

/** A valid token: whose it is and which of the asked audiences it is for. */
export interface TokenUser {
  readonly user: UserInfo;
  readonly audiences: readonly string[];
  /** Seconds since the epoch; infinite for a token that is kept in a Secret. */
  readonly expiresAt: number;
}

/** How far clocks may differ, in seconds. */
const leewaySeconds = 60;

/**
 * Signs and checks service account tokens: RS256, bound to their account and perhaps to a pod, secret or node, and
 * void as soon as one of these is gone (spec: kube-api, section 8). Those that Secrets hold are checked here too.
 */
export class ServiceAccountTokens {
  readonly #key: ServiceAccountKey;
  readonly #objects: BoundObjects;
  readonly #nowMs: () => number;

  constructor(key: ServiceAccountKey, objects: BoundObjects, nowMs: () => number) {
    this.#key = key;
    this.#objects = objects;
    this.#nowMs = nowMs;
  }

  async issue(order: TokenOrder): Promise<{ readonly token: string; readonly expiresAt: number }> {
    const issuedAt = Math.floor(this.#nowMs() / 1000);
    const expiresAt = issuedAt + order.expirationSeconds;
    const { bound, node } = order;
    const token = await new SignJWT({
      aud: [...order.audiences],
      exp: expiresAt,
      iat: issuedAt,
      iss: serviceAccountIssuer,
      jti: randomUUID(),
      "kubernetes.io": {
        namespace: order.namespace,
        ...(bound?.kind === "Node" ? { node: { name: bound.name, uid: bound.uid } } : {}),
        ...(bound?.kind === "Pod" ? { pod: { name: bound.name, uid: bound.uid } } : {}),
        ...(node === undefined ? {} : { node }),
        ...(bound?.kind === "Secret" ? { secret: { name: bound.name, uid: bound.uid } } : {}),
        serviceaccount: order.serviceAccount,
      },
      nbf: issuedAt,
      sub: `system:serviceaccount:${order.namespace}:${order.serviceAccount.name}`,
    })
      .setProtectedHeader({ alg: "RS256", kid: this.#key.keyId })
      .sign(this.#key.privateKey);
    return { token, expiresAt };
  }

  /** Whether this looks like a token of ours, so that its own error is worth telling. */
  claims(token: string): boolean {
    const issuer = issuerOf(token);
    return issuer === serviceAccountIssuer || issuer === secretTokenIssuer;
  }

  /** The token's user. An error is worded as in TokenReview. */
  async verify(token: string, audiences: readonly string[]): Promise<Result<TokenUser, string>> {
    const ofSecret = issuerOf(token) === secretTokenIssuer;
    let payload: JsonObject;
    try {
      const verified = await jwtVerify(token, this.#key.publicKey, {
        algorithms: ["RS256"],
        issuer: ofSecret ? secretTokenIssuer : serviceAccountIssuer,
        currentDate: new Date(this.#nowMs()),
        clockTolerance: leewaySeconds,
      });
      payload = verified.payload as JsonObject;
    } catch (error) {
      if (error instanceof errors.JWTExpired) return err("service account token has expired");
      if (error instanceof errors.JWTClaimValidationFailed && error.claim === "nbf")
        return err("service account token is not valid yet");
      return err("invalid bearer token");
    }
    const aud = payload["aud"];
    // A token without an audience is for this API.
    const own = ofSecret
      ? [serviceAccountIssuer]
      : typeof aud === "string"
        ? [aud]
        : isJsonArray(aud)
          ? aud.filter((item) => typeof item === "string")
          : [];
    const shared = audiences.filter((audience) => own.includes(audience));
    if (shared.length === 0)
      return err(`token audiences ${goStringList(own)} is invalid for the target audiences ${goStringList(audiences)}`);
    if (ofSecret) {
      const account = checkSecretToken(token, payload, this.#objects);
      if (!account.ok) return account;
      return ok({ user: accountUser(account.value), audiences: shared, expiresAt: Number.POSITIVE_INFINITY });
    }
    const claims = payload["kubernetes.io"];
    if (!isJsonObject(claims)) return err("invalid bearer token");
    const bindings = this.#bindings(claims);
    if (!bindings.ok) return bindings;
    const { namespace, name, uid, extra } = bindings.value;
    const jti = payload["jti"];
    return ok({
      user: {
        ...accountUser({ namespace, name, uid }),
        extra: { ...(typeof jti === "string" ? { [credentialId]: [`JTI=${jti}`] } : {}), ...extra },
      },
      audiences: shared,
      expiresAt: typeof payload["exp"] === "number" ? payload["exp"] : 0,
    });
  }

  #bindings(
    claims: JsonObject,
  ): Result<
    { namespace: string; name: string; uid: string; extra: Readonly<Record<string, readonly string[]>> },
    string
  > {
    const namespace = typeof claims["namespace"] === "string" ? claims["namespace"] : "";
    const account = reference(claims["serviceaccount"]);
    const found = this.#objects.get("serviceaccounts", namespace, account.name);
    if (found === undefined) return err(`serviceaccounts "${account.name}" not found`);
    if (isDeleted(found, this.#nowMs())) return err(`service account ${namespace}/${account.name} has been deleted`);
    if (found.metadata.uid !== account.uid)
      return err(`service account UID (${found.metadata.uid ?? ""}) does not match claim (${account.uid})`);
    const extra: Record<string, readonly string[]> = {};
    for (const [claim, resource] of boundClaims) {
      if (claims[claim] === undefined) continue;
      const bound = reference(claims[claim]);
      // A pod's token names its node for information only: nodes may be unknown here.
      const onlyInformation = claim === "node" && claims["pod"] !== undefined;
      const object = this.#objects.get(resource, claim === "node" ? undefined : namespace, bound.name);
      if (!onlyInformation && !isAlive(object, bound.uid, this.#nowMs()))
        return err(
          claim === "secret" || claim === "pod"
            ? "service account token has been invalidated"
            : "service account token is bound to a node that does not exist",
        );
      if (claim === "secret") continue;
      extra[`authentication.kubernetes.io/${claim}-name`] = [bound.name];
      if (bound.uid !== "") extra[`authentication.kubernetes.io/${claim}-uid`] = [bound.uid];
    }
    return ok({ namespace, name: account.name, uid: account.uid, extra });
  }
}

const credentialId = "authentication.kubernetes.io/credential-id";

const boundClaims = [
  ["pod", "pods"],
  ["node", "nodes"],
  ["secret", "secrets"],
] as const;

function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

function accountUser(account: { readonly namespace: string; readonly name: string; readonly uid: string }): UserInfo {
  const { namespace, name, uid } = account;
  return { username: `system:serviceaccount:${namespace}:${name}`, uid, groups: serviceAccountGroups(namespace) };
}

/** The groups of every service account of a namespace, without `system:authenticated`. */
export function serviceAccountGroups(namespace: string): readonly string[] {
  return ["system:serviceaccounts", `system:serviceaccounts:${namespace}`];
}

/** Namespace and name in `system:serviceaccount:NAMESPACE:NAME`; undefined for other users. */
export function parseServiceAccountName(username: string): { namespace: string; name: string } | undefined {
  const parts = username.split(":");
  const [system, kind, namespace, name] = parts;
  if (parts.length !== 4 || system !== "system" || kind !== "serviceaccount" || !namespace || !name) return undefined;
  return { namespace, name };
}

function reference(value: JsonValue | undefined): { readonly name: string; readonly uid: string } {
  const fields = isJsonObject(value) ? value : {};
  return {
    name: typeof fields["name"] === "string" ? fields["name"] : "",
    uid: typeof fields["uid"] === "string" ? fields["uid"] : "",
  };
}

function isAlive(object: K8sObject | undefined, uid: string, nowMs: number): boolean {
  return object !== undefined && object.metadata.uid === uid && !isDeleted(object, nowMs);
}

/** Whether the object's deletion was asked for more than the leeway ago; a pod that ends still may use its token. */
function isDeleted(object: K8sObject, nowMs: number): boolean {
  const deleted = object.metadata.deletionTimestamp;
  return deleted !== undefined && Date.parse(deleted) + leewaySeconds * 1000 < nowMs;
}
