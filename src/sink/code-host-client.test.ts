import { deepEqual, equal, match } from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { GithubApi } from "../interceptors/github/github-api.ts";
import type { InterceptorEnvironment } from "../interceptors/interceptor.ts";
import { err } from "../result.ts";
import { type CodeHostOptions, HttpCodeHostClient } from "./code-host-client.ts";

interface GithubServer {
  readonly origin: string;
  readonly requests: string[];
  readonly authorizations: (string | undefined)[];
}

/** A server that plays the parts of the GitHub API that interceptors use. */
async function withGithub(
  answer: (request: IncomingMessage, response: ServerResponse, origin: string) => void,
  use: (github: GithubServer) => Promise<void>,
): Promise<void> {
  const requests: string[] = [];
  const authorizations: (string | undefined)[] = [];
  let origin = "";
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    authorizations.push(request.headers.authorization);
    answer(request, response, origin);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    await use({ origin, requests, authorizations });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

function client(origin: string, more: Partial<CodeHostOptions> = {}): HttpCodeHostClient {
  return new HttpCodeHostClient({ allowedHosts: new Set(), plainOrigins: new Set([origin]), ...more });
}

function api(origin: string, more: Partial<CodeHostOptions> = {}): GithubApi {
  const environment: InterceptorEnvironment = {
    secrets: { read: async () => err("no secrets here") },
    codeHost: client(origin, more),
  };
  return new GithubApi(`${origin}/api/v3/`, "ghp_token", environment);
}

function playGithub(request: IncomingMessage, response: ServerResponse, origin: string): void {
  const { pathname, searchParams } = new URL(request.url ?? "", origin);
  const send = (body: unknown, headers: Record<string, string> = {}, status = 200) => {
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  };
  if (pathname.endsWith("/pulls/7/files")) {
    const page = Number(searchParams.get("page") ?? 1);
    const next = `<${origin}${pathname}?page=${page + 1}&per_page=100>; rel="next"`;
    send([{ filename: `file-${page}` }], page < 3 ? { link: next } : {});
  } else if (pathname.endsWith("/contents/OWNERS")) {
    send({ encoding: "base64", content: Buffer.from("approvers: [alice]\n").toString("base64") });
  } else if (pathname.endsWith("/public_members")) send([{ login: "carol" }]);
  else send({ message: "Not Found" }, {}, 404);
}

test("changed files are read over all pages, with the token", async () => {
  await withGithub(playGithub, async ({ origin, requests, authorizations }) => {
    deepEqual(await api(origin).pullRequestFiles("o", "r", 7), { ok: true, value: ["file-1", "file-2", "file-3"] });
    deepEqual(requests, [
      "GET /api/v3/repos/o/r/pulls/7/files?per_page=100",
      "GET /api/v3/repos/o/r/pulls/7/files?page=2&per_page=100",
      "GET /api/v3/repos/o/r/pulls/7/files?page=3&per_page=100",
    ]);
    deepEqual(authorizations, ["Bearer ghp_token", "Bearer ghp_token", "Bearer ghp_token"]);
  });
});

test("members, files and refusals come as GitHub gives them", async () => {
  await withGithub(playGithub, async ({ origin }) => {
    deepEqual(await api(origin).isPublicMember("org", "carol"), { ok: true, value: true });
    deepEqual(await api(origin).file("o", "r", "OWNERS"), { ok: true, value: "approvers: [alice]\n" });
    const missing = await api(origin).isCollaborator("o", "r", "eve");
    equal(missing.ok ? "" : missing.error.message, `GET ${origin}/api/v3/repos/o/r/collaborators: 404 Not Found []`);
  });
});

test("a list without end is broken off", async () => {
  const endless = (_request: IncomingMessage, response: ServerResponse, origin: string) => {
    response.writeHead(200, { link: `<${origin}/?page=2>; rel="next"` }).end('[{"filename":"x"}]');
  };
  await withGithub(endless, async ({ origin, requests }) => {
    const files = await api(origin).pullRequestFiles("o", "r", 7);
    match(files.ok ? "" : files.error.message, /more than 100 pages/);
    equal(requests.length, 100);
  });
});

test("hosts that are not on the list are not asked", async () => {
  await withGithub(playGithub, async ({ origin, requests }) => {
    const strict = new HttpCodeHostClient({ allowedHosts: new Set(["api.github.com"]) });
    deepEqual(await strict.get(`${origin}/x`, {}), err(`${origin} is not asked without TLS`));
    deepEqual(
      await strict.get("https://evil.example/x", {}),
      err("host evil.example is not on the allow-list of code hosts"),
    );
    deepEqual(requests, []);
  });
});

test("redirects stay on listed hosts and take the token along to the same host only", async () => {
  await withGithub(
    (_request, response) => response.writeHead(302, { location: "https://evil.example/steal" }).end(),
    async ({ origin, requests }) => {
      const got = await client(origin).get(`${origin}/x`, { Authorization: "Bearer t" });
      deepEqual(got, err("host evil.example is not on the allow-list of code hosts"));
      equal(requests.length, 1);
    },
  );
  await withGithub(
    (request, response) => response.writeHead(request.url === "/b" ? 200 : 301, { location: "/b" }).end("done"),
    async ({ origin, authorizations }) => {
      const got = await client(origin).get(`${origin}/a`, { Authorization: "Bearer t" });
      equal(got.ok && got.value.body, "done");
      deepEqual(authorizations, ["Bearer t", "Bearer t"]);
    },
  );
});

test("time and size have limits", async () => {
  await withGithub(
    () => {},
    async ({ origin }) => {
      const got = await client(origin, { totalMs: 30 }).get(`${origin}/x`, {});
      match(got.ok ? "" : got.error, /context deadline exceeded/);
    },
  );
  await withGithub(
    (_request, response) => response.end("x".repeat(1000)),
    async ({ origin }) => {
      const got = await client(origin, { maxResponseBytes: 999 }).get(`${origin}/x`, {});
      deepEqual(got, err("the answer is larger than 999 bytes"));
    },
  );
});
