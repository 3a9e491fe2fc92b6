import { createPrivateKey, type KeyObject, randomBytes, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { join } from "node:path";
import { issueAuthorityCertificate, issueServingCertificate, makeKey } from "../../kube/pki/issue-certificate.ts";
import { readIfThere, writePrivate } from "./private-files.ts";

/** A certificate and its key, both as PEM. */
interface CertifiedKey {
  readonly certificatePem: string;
  readonly keyPem: string;
}

/** Our own certificate authority and the certificate that it gave to the API server. */
export interface ServingCertificates {
  readonly authority: { readonly certificatePem: string };
  readonly serving: CertifiedKey;
}

const dayMs = 24 * 60 * 60 * 1000;
const authorityDays = 3_650;
const servingDays = 365;
/** A certificate is replaced when less than this is left of it. */
const renewBeforeMs = 30 * dayMs;

/** Names under which every embedded API server is reached. */
const ownNames = ["localhost", "127.0.0.1", "::1", "kubernetes", "kubernetes.default.svc"];

/**
 * The certificates in `folder`, made on first use, renewed before they expire, when they are not valid yet or when an
 * address is not among their names. Only the owner can read the files. A new authority makes all kubeconfigs invalid, so that is the last resort.
 */
export function loadCertificates(
  folder: string,
  options: { readonly addresses: readonly string[]; readonly nowMs: number },
): ServingCertificates {
  const { nowMs } = options;
  const names = [...new Set([...ownNames, ...options.addresses])];
  const authorityFiles = filesAt(folder, "ca");
  let authority = readPair(authorityFiles);
  const authorityIsNew = authority === undefined || !isTimely(authority.certificatePem, nowMs);
  if (authority === undefined || authorityIsNew) {
    authority = makeAuthority(nowMs);
    writePair(authorityFiles, authority);
  }
  const servingFiles = filesAt(folder, "serving");
  let serving = readPair(servingFiles);
  if (
    serving === undefined ||
    authorityIsNew ||
    !isFit(serving.certificatePem, authority.certificatePem, names, nowMs)
  ) {
    serving = makeServing(authority, names, nowMs);
    writePair(servingFiles, serving);
  }
  return { authority: { certificatePem: authority.certificatePem }, serving };
}

function filesAt(folder: string, name: string): { readonly certificate: string; readonly key: string } {
  return { certificate: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
}

function readPair(files: { readonly certificate: string; readonly key: string }): CertifiedKey | undefined {
  const certificatePem = readIfThere(files.certificate);
  const keyPem = readIfThere(files.key);
  if (certificatePem === undefined || keyPem === undefined) return undefined;
  // The two files are written one after the other: a pair cut off in between is made again.
  return new X509Certificate(certificatePem).checkPrivateKey(createPrivateKey(keyPem))
    ? { certificatePem, keyPem }
    : undefined;
}

function writePair(files: { readonly certificate: string; readonly key: string }, pair: CertifiedKey): void {
  writePrivate(files.key, pair.keyPem);
  writePrivate(files.certificate, pair.certificatePem);
}

/** Valid now and for some time; one that begins later was made while the machine's clock was ahead. */
function isTimely(certificatePem: string, nowMs: number): boolean {
  const { validFrom, validTo } = new X509Certificate(certificatePem);
  return Date.parse(validFrom) <= nowMs && Date.parse(validTo) - nowMs >= renewBeforeMs;
}

function isFit(certificatePem: string, authorityPem: string, names: readonly string[], nowMs: number): boolean {
  const certificate = new X509Certificate(certificatePem);
  return (
    isTimely(certificatePem, nowMs) &&
    certificate.verify(new X509Certificate(authorityPem).publicKey) &&
    names.every((name) => (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined)
  );
}

function makeAuthority(nowMs: number): CertifiedKey {
  const key = makeKey();
  const request = {
    // Unique, so that a trust store holding an older authority of ours never takes one for the other.
    commonName: `tektite-ca-${randomBytes(4).toString("hex")}`,
    names: [],
    notBeforeMs: nowMs - dayMs,
    notAfterMs: nowMs + authorityDays * dayMs,
  };
  return { certificatePem: issueAuthorityCertificate(request, key), keyPem: keyPem(key) };
}

function makeServing(authority: CertifiedKey, names: readonly string[], nowMs: number): CertifiedKey {
  const key = makeKey();
  const issuer = new X509Certificate(authority.certificatePem);
  const request = {
    commonName: "kube-apiserver",
    names,
    notBeforeMs: nowMs - dayMs,
    notAfterMs: Math.min(nowMs + servingDays * dayMs, Date.parse(issuer.validTo)),
  };
  const signer = { commonName: issuer.subject.replace(/^CN=/, ""), key: createPrivateKey(authority.keyPem) };
  return { certificatePem: issueServingCertificate(request, key, signer), keyPem: keyPem(key) };
}

function keyPem(key: KeyObject): string {
  return key.export({ format: "pem", type: "pkcs8" }).toString();
}
