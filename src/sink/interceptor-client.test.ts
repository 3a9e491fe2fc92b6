import { deepEqual, equal } from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { loadCertificates } from "../apiserver/pki/certificates.ts";
import { err } from "../result.ts";
import { InterceptorClient } from "./interceptor-client.ts";

const post = { header: { "Content-Type": ["application/json"], "X-A": ["1", "2"] }, body: '{"a":1}' };

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}

async function withServer(
  handler: RequestListener,
  use: (port: number) => Promise<void>,
  tls?: { readonly key: string; readonly cert: string },
): Promise<void> {
  const server = tls ? createSecureServer(tls, handler) : createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await use((server.address() as AddressInfo).port);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

function client(cas: readonly string[] = [], totalMs = 500): InterceptorClient {
  return new InterceptorClient({ trustedCas: () => cas, dialMs: totalMs, responseHeaderMs: totalMs });
}

test("an interceptor gets the headers and a length; its answer comes with canonical names", async () => {
  await withServer(
    async (request, response) => {
      equal(request.headers["content-length"], "7");
      equal(request.headers["x-a"], "1, 2");
      response.writeHead(403, { "x-reason": "no" }).end(await textOf(request));
    },
    async (port) => {
      const got = await client().post({ ...post, url: `http://127.0.0.1:${port}/x?y=1` });
      if (!got.ok) throw new Error(got.error);
      equal(got.value.statusText, "403 Forbidden");
      deepEqual(got.value.header["X-Reason"], ["no"]);
      equal(String(Buffer.from(got.value.body)), '{"a":1}');
    },
  );
});

test("a legacy webhook is sent in chunks", async () => {
  await withServer(
    (request, response) => response.end(String(request.headers["transfer-encoding"])),
    async (port) => {
      const got = await client().post({ ...post, url: `http://127.0.0.1:${port}/`, timeoutMs: 500 });
      equal(got.ok && String(Buffer.from(got.value.body)), "chunked");
    },
  );
});

test("redirects are followed: 307 with the body, 302 as a GET", async () => {
  await withServer(
    async (request, response) => {
      if (request.url === "/307") response.writeHead(307, { location: "/end" }).end();
      else if (request.url === "/302") response.writeHead(302, { location: "/end" }).end();
      else if (request.url === "/loop") response.writeHead(302, { location: "/loop" }).end();
      else response.end(`${request.method} ${await textOf(request)}`);
    },
    async (port) => {
      const at = async (path: string) => {
        const got = await client().post({ ...post, url: `http://127.0.0.1:${port}${path}` });
        return got.ok ? String(Buffer.from(got.value.body)) : got.error;
      };
      equal(await at("/307"), 'POST {"a":1}');
      equal(await at("/302"), "GET ");
      equal(await at("/loop"), "stopped after 10 redirects");
    },
  );
});

test("failures are worded as Go words them", async () => {
  let free = 0;
  await withServer(
    () => {},
    async (port) => {
      free = port;
      const slow = await client([], 30).post({ ...post, url: `http://127.0.0.1:${port}/` });
      deepEqual(slow, err("net/http: timeout awaiting response headers"));
      const total = await client().post({ ...post, url: `http://127.0.0.1:${port}/`, timeoutMs: 30 });
      deepEqual(total, err("context deadline exceeded (Client.Timeout exceeded while awaiting headers)"));
    },
  );
  deepEqual(
    await client().post({ ...post, url: `http://127.0.0.1:${free}/` }),
    err(`dial tcp 127.0.0.1:${free}: connect: connection refused`),
  );
  deepEqual(await client().post({ ...post, url: "ftp://x/" }), err('unsupported protocol scheme "ftp"'));
  deepEqual(await client().post({ ...post, url: "http:///x" }), err("http: no Host in request URL"));
  await withServer(
    (request) => request.socket.destroy(),
    async (port) => deepEqual(await client().post({ ...post, url: `http://127.0.0.1:${port}/` }), err("EOF")),
  );
});

test("only the given CA certificates are trusted, and Services are found where they are", async () => {
  const folder = mkdtempSync(join(tmpdir(), "interceptor-"));
  try {
    const certificates = loadCertificates(folder, { addresses: ["my.ns.svc"], nowMs: Date.now() });
    await withServer(
      (_request, response) => response.end("secure"),
      async (port) => {
        const ask = async (cas: readonly string[]) => {
          const secure = new InterceptorClient({
            trustedCas: () => cas,
            locate: (hostname) => (hostname === "my.ns.svc" ? { host: "127.0.0.1", port } : undefined),
          });
          const got = await secure.post({ ...post, url: "https://my.ns.svc:8443/x" });
          return got.ok ? String(Buffer.from(got.value.body)) : got.error;
        };
        equal(await ask([certificates.authority.certificatePem]), "secure");
        equal(await ask([]), "tls: failed to verify certificate: x509: certificate signed by unknown authority");
      },
      { key: certificates.serving.keyPem, cert: certificates.serving.certificatePem },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("when other certificates are trusted, idle connections end at once, those in use when they are answered", {
  timeout: 10_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), "interceptor-"));
  try {
    const { authority, serving } = loadCertificates(folder, { addresses: ["my.ns.svc"], nowMs: Date.now() });
    const held: (() => void)[] = [];
    const open = new Set<Socket>();
    await withServer(
      (request, response) => {
        open.add(request.socket);
        request.socket.once("close", () => open.delete(request.socket));
        if (request.url === "/held") held.push(() => response.end("late"));
        else response.end("now");
      },
      async (port) => {
        let trusted = [authority.certificatePem];
        const locate = () => ({ host: "127.0.0.1", port });
        const asked = new InterceptorClient({ trustedCas: () => trusted, locate });
        const ask = async (path: string) => {
          const got = await asked.post({ ...post, url: `https://my.ns.svc${path}` });
          return got.ok ? String(Buffer.from(got.value.body)) : got.error;
        };
        deepEqual(await Promise.all([ask("/"), ask("/")]), ["now", "now"]);
        const waiting = ask("/held");
        while (held.length === 0) await setImmediate();
        equal(open.size, 2);
        trusted = [authority.certificatePem, authority.certificatePem];
        equal(await ask("/"), "now");
        held[0]?.();
        equal(await waiting, "late");
        while (open.size > 1) await setImmediate();
      },
      { key: serving.keyPem, cert: serving.certificatePem },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
