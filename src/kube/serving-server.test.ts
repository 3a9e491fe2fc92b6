import { deepEqual, equal, match } from "node:assert/strict";
import { Agent, request as httpsRequest } from "node:https";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { type CertificateSet, issueCertificateSet } from "./certificate-set.ts";
import { createServingServer, type ServedRequest } from "./serving-server.ts";

const names = { service: "localhost", namespace: "ns", clusterDomain: "cluster.local" };
const newSet = () => issueCertificateSet(names, { nowMs: Date.now(), validityMs: 60_000 });

/** A server that tells what it was asked, with a certificate that can be changed. */
async function start(t: TestContext) {
  const log: string[] = [];
  let watcher = (_set: CertificateSet) => {};
  const certificates = {
    served: newSet(),
    onChange(callback: (set: CertificateSet) => void) {
      watcher = callback;
    },
  };
  const answer = ({ path, headers, body }: ServedRequest) => {
    if (path === "/bug") throw new Error("a bug of ours");
    const text = [path, headers["content-type"], body === undefined ? "too large" : Buffer.from(body).toString()];
    return { status: 200, contentType: "text/plain", body: text.join(" ") };
  };
  const server = createServingServer({
    ...{ certificates, answer, maxBodyBytes: 10, tls: { minVersion: "TLSv1.2" } },
    log: (message) => void log.push(message),
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port } = server.address() as AddressInfo;
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const client = (ca: string) => {
    const agent = new Agent({ keepAlive: true, ca });
    t.after(() => agent.destroy());
    return (path: string, body = "") =>
      new Promise<readonly [status: number, body: string]>((resolve, reject) => {
        const headers = { "content-type": "a/b" };
        const outgoing = httpsRequest({ host: "localhost", port, path, method: "POST", headers, agent }, (response) => {
          let text = "";
          response.on("data", (chunk: Buffer) => (text += chunk.toString()));
          response.on("end", () => resolve([response.statusCode ?? 0, text]));
        });
        outgoing.on("error", reject).end(body);
      });
  };
  const renew = () => {
    certificates.served = newSet();
    watcher(certificates.served);
  };
  return { certificates, client, renew, log };
}

test("a request comes with path, headers and its whole body, unless that is too large", async (t) => {
  const { certificates, client } = await start(t);
  const ask = client(certificates.served.caCertPem);
  deepEqual(await ask("/x/y?z=1", "0123456789"), [200, "/x/y a/b 0123456789"]);
  deepEqual(await ask("/", "0".repeat(1_000_000)), [200, "/ a/b too large"]);
});

test("an answer that throws is logged and answered, and the server goes on", async (t) => {
  const { certificates, client, log } = await start(t);
  const ask = client(certificates.served.caCertPem);
  deepEqual(await ask("/bug"), [500, "internal error\n"]);
  equal(log.length, 1);
  match(log[0] ?? "", /^internal error: Error: a bug of ours\n/);
  deepEqual(await ask("/"), [200, "/ a/b "]);
});

test("a renewed certificate is served to new connections, and open ones go on", async (t) => {
  const { certificates, client, renew } = await start(t);
  const former = certificates.served.caCertPem;
  const open = client(former);
  await open("/");
  renew();
  deepEqual(await open("/still"), [200, "/still a/b "]);
  deepEqual(await client(certificates.served.caCertPem)("/new"), [200, "/new a/b "]);
  const refused = await client(former)("/old").catch((error: NodeJS.ErrnoException) => error.code);
  match(String(refused), /SELF_SIGNED|UNABLE_TO|SIGNATURE/);
});
