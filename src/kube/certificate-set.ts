import { createPrivateKey, X509Certificate } from "node:crypto";
import { issueAuthorityCertificate, issueServingCertificate, makeKey } from "./pki/issue-certificate.ts";

/** What a component's Secret holds, as PEM: its serving certificate and key, and who vouches for it. */
export interface CertificateSet {
  readonly serverKeyPem: string;
  readonly serverCertPem: string;
  /** One authority, or after a renewal the new one and the one before it. */
  readonly caCertPem: string;
}

export interface CertificateNames {
  /** Name of the Service that clients call. */
  readonly service: string;
  readonly namespace: string;
  /** Such as `cluster.local`. */
  readonly clusterDomain: string;
}

/** Keys of the Secret's data (spec: controller, section 7). */
const keys = { serverKeyPem: "server-key.pem", serverCertPem: "server-cert.pem", caCertPem: "ca-cert.pem" } as const;

const organization = "knative.dev";
/** Clocks of a cluster's machines differ. */
const clockSkewMs = 5 * 60_000;

/** A fresh authority and a serving certificate for the Service's four names (spec: controller, section 7). */
export function issueCertificateSet(
  { service, namespace, clusterDomain }: CertificateNames,
  { nowMs, validityMs }: { readonly nowMs: number; readonly validityMs: number },
): CertificateSet {
  const names = [service, `${service}.${namespace}`, `${service}.${namespace}.svc`];
  const subject = { commonName: `${service}.${namespace}.svc`, organization };
  const times = { notBeforeMs: nowMs - clockSkewMs, notAfterMs: nowMs + validityMs };
  const authorityKey = makeKey();
  const serverKey = makeKey();
  const request = { ...subject, ...times, names: [...names, `${service}.${namespace}.svc.${clusterDomain}`] };
  return {
    serverKeyPem: serverKey.export({ format: "pem", type: "pkcs8" }).toString(),
    serverCertPem: issueServingCertificate(request, serverKey, { ...subject, key: authorityKey }),
    caCertPem: issueAuthorityCertificate({ ...subject, ...times, names: [] }, authorityKey),
  };
}

/** The set in a Secret's data; undefined when a key is missing or empty. */
export function readCertificateSet(data: Readonly<Record<string, string>>): CertificateSet | undefined {
  const text = (key: string): string =>
    (Object.hasOwn(data, key) ? Buffer.from(data[key] ?? "", "base64") : "").toString();
  const set = {
    serverKeyPem: text(keys.serverKeyPem),
    serverCertPem: text(keys.serverCertPem),
    caCertPem: text(keys.caCertPem),
  };
  return Object.values(set).includes("") ? undefined : set;
}

/** The set as data of a Secret. */
export function certificateSetData(set: CertificateSet): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(keys).map(([field, key]) => [key, Buffer.from(set[field as keyof typeof keys]).toString("base64")]),
  );
}

/** Why a set cannot be used any longer; undefined when it can, for `remainingMs` at least. */
export function certificateProblem(
  set: CertificateSet,
  { nowMs, remainingMs }: { readonly nowMs: number; readonly remainingMs: number },
): string | undefined {
  try {
    const certificate = new X509Certificate(set.serverCertPem);
    if (!certificate.checkPrivateKey(createPrivateKey(set.serverKeyPem)))
      return "key and certificate do not belong together";
    const authority = certificatesOf(set.caCertPem).find((ca) => certificate.verify(ca.publicKey));
    if (authority === undefined) return "no authority of the set signed the certificate";
    const untilMs = Math.min(Date.parse(certificate.validTo), Date.parse(authority.validTo));
    return untilMs - nowMs > remainingMs ? undefined : `it expires at ${new Date(untilMs).toISOString()}`;
  } catch (error) {
    return `it cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** A new set whose clients go on trusting the set before it, until that one is replaced everywhere. */
export function withFormerAuthority(set: CertificateSet, former: CertificateSet | undefined): CertificateSet {
  if (former === undefined) return set;
  try {
    const newest = certificatesOf(former.caCertPem)[0];
    return newest === undefined ? set : { ...set, caCertPem: set.caCertPem + newest.toString() };
  } catch {
    return set;
  }
}

function certificatesOf(pem: string): readonly X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}
