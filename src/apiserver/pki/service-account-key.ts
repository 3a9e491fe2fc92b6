import { createHash, createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";
import { exportJWK } from "jose";
import type { JsonObject } from "../../json/value.ts";
import { readIfThere, writePrivate } from "./private-files.ts";

/** The key that signs service account tokens. */
export interface ServiceAccountKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** Names the public key in `kid`: the digest of its DER form, as Kubernetes does it. */
  readonly keyId: string;
}

/** The RSA key in `folder`, made on first use. Tokens stay valid across restarts because the key does. */
export async function loadServiceAccountKey(folder: string): Promise<ServiceAccountKey> {
  const path = join(folder, "service-account.key");
  const known = readIfThere(path);
  const privateKey = known === undefined ? await makeKey() : createPrivateKey(known);
  if (known === undefined) writePrivate(path, privateKey.export({ format: "pem", type: "pkcs8" }).toString());
  const publicKey = createPublicKey(privateKey);
  const der = publicKey.export({ format: "der", type: "spki" });
  return { privateKey, publicKey, keyId: createHash("sha256").update(der).digest("base64url") };
}

async function makeKey(): Promise<KeyObject> {
  return (await promisify(generateKeyPair)("rsa", { modulusLength: 2048 })).privateKey;
}

/** The public key as `/openid/v1/jwks` answers it. */
export async function jsonWebKeySet(key: ServiceAccountKey): Promise<JsonObject> {
  const { n, e } = await exportJWK(key.publicKey);
  return { keys: [{ use: "sig", kty: "RSA", kid: key.keyId, alg: "RS256", n: n ?? "", e: e ?? "" }] };
}
