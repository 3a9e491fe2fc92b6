import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { isIP } from "node:net";
import { bitString, boolean, type Der, der, integer, octetString, oid, sequence, time, utf8String } from "./der.ts";

/** A subject or issuer. */
interface DistinguishedName {
  readonly commonName: string;
  readonly organization?: string;
}

/** What a certificate shall say. */
export interface CertificateRequest extends DistinguishedName {
  /** Host names and IP addresses; none for an authority. */
  readonly names: readonly string[];
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** Who signs: name and key of an authority. */
interface Issuer extends DistinguishedName {
  readonly key: KeyObject;
}

const ecdsaWithSha256 = sequence(oid("1.2.840.10045.4.3.2"));

/** A fresh P-256 key. */
export function makeKey(): KeyObject {
  return generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
}

/** A certificate for TLS servers, as PEM (RFC 5280). */
export function issueServingCertificate(request: CertificateRequest, key: KeyObject, issuer: Issuer): string {
  return issue(request, key, issuer, [
    extension("2.5.29.19", true, sequence()),
    extension("2.5.29.15", true, bitString(Buffer.from([0x80]), 7)), // digitalSignature
    extension("2.5.29.37", false, sequence(oid("1.3.6.1.5.5.7.3.1"))), // serverAuth
    // Without it, a certificate whose subject is its issuer's is taken for one that signed itself.
    extension("2.5.29.14", false, octetString(keyIdentifier(key))),
    extension("2.5.29.17", false, sequence(...request.names.map(generalName))),
  ]);
}

/** The certificate of an authority, signed by itself, as PEM. */
export function issueAuthorityCertificate(request: CertificateRequest, key: KeyObject): string {
  return issue(request, key, { ...request, key }, [
    extension("2.5.29.19", true, sequence(boolean(true))),
    extension("2.5.29.15", true, bitString(Buffer.from([0x86]), 1)), // digitalSignature, keyCertSign, cRLSign
    extension("2.5.29.14", false, octetString(keyIdentifier(key))),
  ]);
}

function issue(request: CertificateRequest, key: KeyObject, issuer: Issuer, extensions: readonly Der[]): string {
  const authority = extension("2.5.29.35", false, sequence(der(0x80, keyIdentifier(issuer.key))));
  const toBeSigned = sequence(
    der(0xa0, integer(Buffer.from([2]))), // version 3
    integer(serialNumber()),
    ecdsaWithSha256,
    nameOf(issuer),
    sequence(time(request.notBeforeMs), time(request.notAfterMs)),
    nameOf(request),
    publicKeyInfo(key),
    der(0xa3, sequence(...extensions, authority)),
  );
  const signature = sign("sha256", toBeSigned, issuer.key);
  const certificate = sequence(toBeSigned, ecdsaWithSha256, bitString(signature));
  const lines = certificate.toString("base64").replace(/.{64}(?=.)/g, "$&\n");
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

function publicKeyInfo(key: KeyObject): Der {
  return createPublicKey(key).export({ format: "der", type: "spki" });
}

/** SHA-1 over the public key's bits: an identifier, not a matter of security (RFC 5280, 4.2.1.2). */
function keyIdentifier(key: KeyObject): Buffer {
  const jwk = createPublicKey(key).export({ format: "jwk" });
  const point = [jwk["x"], jwk["y"]].map((part) => Buffer.from(String(part), "base64url"));
  return createHash("sha1")
    .update(Buffer.concat([Buffer.from([4]), ...point]))
    .digest();
}

function nameOf({ commonName, organization }: DistinguishedName): Der {
  const attribute = (type: string, text: string): Der => der(0x31, sequence(oid(type), utf8String(text)));
  return sequence(
    ...(organization === undefined ? [] : [attribute("2.5.4.10", organization)]),
    attribute("2.5.4.3", commonName),
  );
}

function extension(id: string, critical: boolean, value: Der): Der {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), octetString(value));
}

function generalName(name: string): Der {
  return isIP(name) === 0 ? der(0x82, Buffer.from(name, "latin1")) : der(0x87, addressBytes(name));
}

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split(".").map(Number));
  // A dotted quad at the end stands for two groups.
  const text = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) =>
    [(Number(a) << 8) | Number(b), (Number(c) << 8) | Number(d)].map((group) => group.toString(16)).join(":"),
  );
  const [head = "", tail] = text.split("::");
  const groups = (part: string | undefined): readonly string[] =>
    part === undefined || part === "" ? [] : part.split(":");
  const before = groups(head);
  const after = groups(tail);
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
  const all = tail === undefined ? before : [...before, ...zeros, ...after];
  return Buffer.from(all.map((group) => group.padStart(4, "0")).join(""), "hex");
}

function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  // Serial numbers are positive, and never short of their full length.
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes;
}
