import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";
import { createServer, get } from "node:https";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import {
  certificateProblem,
  certificateSetData,
  issueCertificateSet,
  readCertificateSet,
  withFormerAuthority,
} from "./certificate-set.ts";
import { readTlsSettings } from "./tls-settings.ts";

const names = { service: "hook", namespace: "ns", clusterDomain: "example.org" };
const nowMs = Date.now();
const weekMs = 7 * 24 * 3600 * 1000;

test("a set survives its Secret and is trusted by its authority for all names of the Service", async () => {
  const made = issueCertificateSet(names, { nowMs, validityMs: weekMs });
  const set = readCertificateSet(certificateSetData(made));
  deepEqual(set, made);
  const server = createServer({ cert: made.serverCertPem, key: made.serverKeyPem }, (_, answer) => answer.end("ok"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const ask = (servername: string, ca: string) =>
    new Promise<string>((resolve) => {
      const { port } = server.address() as AddressInfo;
      get({ host: "127.0.0.1", port, servername, ca, agent: false }, (answer) => {
        answer.resume();
        resolve("ok");
      }).on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? ""));
    });
  for (const name of ["hook", "hook.ns", "hook.ns.svc", "hook.ns.svc.example.org"])
    equal(await ask(name, made.caCertPem), "ok", name);
  equal(await ask("other.ns.svc", made.caCertPem), "ERR_TLS_CERT_ALTNAME_INVALID");

  const next = withFormerAuthority(issueCertificateSet(names, { nowMs, validityMs: weekMs }), made);
  equal(await ask("hook.ns.svc", next.caCertPem), "ok", "who has the renewed bundle trusts the former certificate");
  server.setSecureContext({ cert: next.serverCertPem, key: next.serverKeyPem });
  equal(await ask("hook.ns.svc", next.caCertPem), "ok", "and the renewed one");
  notEqual(await ask("hook.ns.svc", made.caCertPem), "ok");
  const third = withFormerAuthority(issueCertificateSet(names, { nowMs, validityMs: weekMs }), next);
  equal(third.caCertPem.match(/BEGIN/g)?.length, 2, "only the last authority is kept");
  server.close();
});

test("a set is replaced when it expires soon, does not fit together or cannot be read", () => {
  const set = issueCertificateSet(names, { nowMs, validityMs: weekMs });
  const other = issueCertificateSet(names, { nowMs, validityMs: weekMs });
  equal(certificateProblem(set, { nowMs, remainingMs: weekMs - 60_000 }), undefined);
  match(certificateProblem(set, { nowMs, remainingMs: weekMs + 60_000 }) ?? "", /expires/);
  match(certificateProblem({ ...set, caCertPem: other.caCertPem }, { nowMs, remainingMs: 0 }) ?? "", /no authority/);
  match(certificateProblem({ ...set, serverKeyPem: other.serverKeyPem }, { nowMs, remainingMs: 0 }) ?? "", /belong/);
  match(certificateProblem({ ...set, serverCertPem: "x" }, { nowMs, remainingMs: 0 }) ?? "", /cannot be read/);
  equal(readCertificateSet({ "server-key.pem": "eA==" }), undefined);
});

test("TLS settings", () => {
  const read = (env: Record<string, string>) => readTlsSettings(env, { prefix: "", minVersion: "TLSv1.2" });
  const vectors: readonly { readonly env: Record<string, string>; readonly want: unknown }[] = [
    { env: {}, want: { minVersion: "TLSv1.2" } },
    { env: { TLS_MIN_VERSION: "VersionTLS13" }, want: { minVersion: "TLSv1.3" } },
    {
      env: { TLS_MIN_VERSION: "772", TLS_CURVE_PREFERENCES: "X25519, 23" },
      want: { minVersion: "TLSv1.3", ecdhCurve: "X25519:P-256" },
    },
    {
      env: { TLS_CIPHER_SUITES: "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,0x1301" },
      want: { minVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256:TLS_AES_128_GCM_SHA256" },
    },
  ];
  for (const { env, want } of vectors) {
    const settings = read(env);
    ok(settings.ok);
    deepEqual(settings.value, want);
  }
  for (const env of [{ TLS_MIN_VERSION: "1.1" }, { TLS_CIPHER_SUITES: "NULL" }, { TLS_CURVE_PREFERENCES: "P-1" }])
    equal(read(env).ok, false);
});
