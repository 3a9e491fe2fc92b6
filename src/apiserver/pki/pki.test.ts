import { equal, ok } from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, get } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { parse } from "yaml";
import { loadAdminToken, writeAdminKubeconfig } from "./admin-access.ts";
import { loadCertificates } from "./certificates.ts";
import { jsonWebKeySet, loadServiceAccountKey } from "./service-account-key.ts";

const folder = mkdtempSync(join(tmpdir(), "tektite-pki-"));
after(() => rmSync(folder, { recursive: true }));

const day = 24 * 60 * 60 * 1000;
const nowMs = Date.now();

test("certificates are made once and trusted by a client that knows the authority", async () => {
  const made = loadCertificates(folder, { addresses: ["10.1.2.3"], nowMs });
  const again = loadCertificates(folder, { addresses: ["10.1.2.3"], nowMs });
  equal(again.serving.certificatePem, made.serving.certificatePem);
  const certificate = new X509Certificate(made.serving.certificatePem);
  for (const name of ["localhost", "kubernetes", "kubernetes.default.svc"]) equal(certificate.checkHost(name), name);
  for (const ip of ["127.0.0.1", "::1", "10.1.2.3"]) equal(certificate.checkIP(ip), ip);

  const server = createServer({ cert: made.serving.certificatePem, key: made.serving.keyPem }, (_, answer) =>
    answer.end("hello"),
  );
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const status = await new Promise((done, fail) =>
    get({ host: "127.0.0.1", port, ca: made.authority.certificatePem }, (answer) => {
      answer.resume();
      done(answer.statusCode);
    }).on("error", fail),
  );
  equal(status, 200);
  server.closeAllConnections();
  server.close();
});

test("a new address or nearing expiry renews the serving certificate under the same authority", async () => {
  const before = loadCertificates(folder, { addresses: [], nowMs });
  const moved = loadCertificates(folder, { addresses: ["tektite.example"], nowMs });
  ok(new X509Certificate(moved.serving.certificatePem).checkHost("tektite.example"));
  equal(moved.authority.certificatePem, before.authority.certificatePem);
  const later = loadCertificates(folder, { addresses: ["tektite.example"], nowMs: nowMs + 340 * day });
  ok(later.serving.certificatePem !== moved.serving.certificatePem);
  equal(later.authority.certificatePem, before.authority.certificatePem);
});

test("certificates of a clock that was ahead are made anew", (t) => {
  const other = mkdtempSync(join(tmpdir(), "tektite-pki-"));
  t.after(() => rmSync(other, { recursive: true }));
  const ahead = loadCertificates(other, { addresses: [], nowMs: nowMs + 40 * day });
  const now = loadCertificates(other, { addresses: [], nowMs });
  ok(now.authority.certificatePem !== ahead.authority.certificatePem);
  ok(
    new X509Certificate(now.serving.certificatePem).verify(new X509Certificate(now.authority.certificatePem).publicKey),
  );
  ok(Date.parse(new X509Certificate(now.serving.certificatePem).validFrom) <= nowMs);
});

test("secrets are readable by their owner only and stay the same", async () => {
  const token = loadAdminToken(folder);
  equal(loadAdminToken(folder).token, token.token);
  const key = await loadServiceAccountKey(folder);
  equal((await loadServiceAccountKey(folder)).keyId, key.keyId);
  const path = join(folder, "kubeconfig");
  writeAdminKubeconfig(path, { server: "https://127.0.0.1:6443", authorityPem: "PEM", token: token.token });
  equal(parse(readFileSync(path, "utf8")).users[0].user.token, token.token);
  for (const file of ["ca.key", "serving.key", "service-account.key", "admin.token", "kubeconfig"])
    equal(statSync(join(folder, file)).mode & 0o777, 0o600, file);
});

test("the key set names the signing key", async () => {
  const key = await loadServiceAccountKey(folder);
  const set = (await jsonWebKeySet(key)) as { keys: readonly { kid: string; alg: string }[] };
  equal(set.keys[0]?.kid, key.keyId);
  equal(set.keys[0]?.alg, "RS256");
});
