/** Resolvers against real servers: Debian's docker-registry, git over HTTP, and web servers of this test. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { type PipelinesServer, startPipelinesServer } from "../conformance/pipelines-server.ts";
import type { Param } from "../src/api/pipelines/param.ts";
import { isDone, succeededCondition, type TaskRun } from "../src/api/pipelines/runs.ts";
import { taskRuns } from "../src/runner/resources.ts";
import { freePort } from "./free-port.ts";

const folder = mkdtempSync(join(tmpdir(), "tektite-resolvers-"));
const stops: (() => void)[] = [];
let server: PipelinesServer;

before(async () => {
  server = await startPipelinesServer("process");
});
after(async () => {
  for (const stop of stops) stop();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A web server on this machine; answers its host and port. */
async function serve(handle: RequestListener): Promise<string> {
  const web = createServer(handle).listen(0, "127.0.0.1");
  await new Promise((resolve) => web.once("listening", resolve));
  stops.push(() => {
    web.close();
    web.closeAllConnections();
  });
  return `127.0.0.1:${(web.address() as AddressInfo).port}`;
}

async function startRegistry(): Promise<string> {
  const port = await freePort();
  const config = join(folder, "registry.yml");
  const storage = `{filesystem: {rootdirectory: ${join(folder, "registry")}}}`;
  writeFileSync(config, `version: 0.1\nstorage: ${storage}\nhttp: {addr: "127.0.0.1:${port}"}\nlog: {level: error}\n`);
  const registry = spawn("docker-registry", ["serve", config], { stdio: "ignore" });
  stops.push(() => registry.kill());
  const host = `127.0.0.1:${port}`;
  for (let tries = 0; ; tries++) {
    const answer = await fetch(`http://${host}/v2/`).catch(() => undefined);
    if (answer?.status === 200) return host;
    ok(tries < 200, "the registry does not answer");
    await sleep(50);
  }
}

const sha256 = (content: string | Uint8Array) => `sha256:${createHash("sha256").update(content).digest("hex")}`;

async function upload(host: string, repository: string, content: Uint8Array): Promise<string> {
  const started = await fetch(`http://${host}/v2/${repository}/blobs/uploads/`, { method: "POST" });
  const place = new URL(started.headers.get("location") ?? "", `http://${host}`);
  const digest = sha256(content);
  place.searchParams.set("digest", digest);
  const headers = { "content-type": "application/octet-stream" };
  equal((await fetch(place, { method: "PUT", body: Buffer.from(content), headers })).status, 201);
  return digest;
}

interface BundleLayer {
  readonly name: string;
  readonly kind: string;
  readonly content: Uint8Array;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Pushes a Tekton bundle; answers the digest of its manifest. */
async function pushBundle(
  host: string,
  repository: string,
  tag: string,
  layers: readonly BundleLayer[],
): Promise<string> {
  const config = await upload(host, repository, Buffer.from("{}"));
  const pushed = await Promise.all(
    layers.map(async ({ name, kind, content, annotations }) => ({
      mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
      size: content.length,
      digest: await upload(host, repository, content),
      annotations: annotations ?? {
        "dev.tekton.image.name": name,
        "dev.tekton.image.kind": kind,
        "dev.tekton.image.apiVersion": "v1",
      },
    })),
  );
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType,
    config: { mediaType: "application/vnd.oci.image.config.v1+json", size: 2, digest: config },
    layers: pushed,
  });
  const answer = await fetch(`http://${host}/v2/${repository}/manifests/${tag}`, {
    method: "PUT",
    body: manifest,
    headers: { "content-type": mediaType },
  });
  equal(answer.status, 201);
  return sha256(manifest);
}

const taskText = (name: string, says: string) =>
  JSON.stringify({
    apiVersion: "tekton.dev/v1",
    kind: "Task",
    metadata: { name },
    spec: { steps: [{ name: "s", image: "busybox", script: `echo ${says}` }] },
  });

/** A text as the tar file of one file that tools make of a bundle's object. */
function tarOf(name: string, text: string): Buffer {
  const place = mkdtempSync(join(folder, "tar-"));
  writeFileSync(join(place, name), text);
  return execFileSync("tar", ["--format=ustar", "-cf", "-", "-C", place, name]);
}

let runs = 0;

/** Runs a Task that a resolver has to find. */
async function resolveTask(resolver: string, params: Readonly<Record<string, string>>): Promise<TaskRun> {
  const name = `run-${++runs}`;
  const list: readonly Param[] = Object.entries(params).map(([key, value]) => ({ name: key, value }));
  const created = await server.apply({
    apiVersion: "tekton.dev/v1",
    kind: "TaskRun",
    metadata: { name },
    spec: { taskRef: { resolver, params: list } },
  } as never);
  if (!created.ok) throw new Error(created.error.message);
  for (let tries = 0; tries < 600; tries++) {
    const found = await server.client.get(taskRuns, { namespace: "default", name });
    const run = found.ok ? (found.value as unknown as TaskRun) : undefined;
    if (run !== undefined && isDone(run)) return run;
    await sleep(25);
  }
  throw new Error(`${name} does not end`);
}

async function logOf(run: TaskRun): Promise<string> {
  const log = server.logs.read({ namespace: "default", pod: run.status?.podName ?? "", container: "step-s" }, {});
  let text = "";
  for await (const chunk of log ?? []) text += Buffer.from(chunk).toString();
  return text.trim();
}

/** Without the line about the state before. */
const messageOf = (run: TaskRun) =>
  (succeededCondition(run.status)?.message ?? "").replace(/\nPrevious status: .*$/s, "");

test("bundles of a registry: layers packed, in tar and bare; by tag and by digest", async () => {
  const host = await startRegistry();
  const digest = await pushBundle(host, "catalog/tasks", "1.0", [
    { name: "other", kind: "pipeline", content: Buffer.from("{}") },
    { name: "packed", kind: "task", content: gzipSync(tarOf("packed", taskText("packed", "from-packed"))) },
    { name: "tarred", kind: "task", content: tarOf("tarred", taskText("tarred", "from-tar")) },
    { name: "bare", kind: "task", content: Buffer.from(taskText("bare", "from-bare")) },
  ]);
  const bundle = `${host}/catalog/tasks:1.0`;
  for (const [name, says] of [
    ["packed", "from-packed"],
    ["tarred", "from-tar"],
    ["bare", "from-bare"],
  ] as const) {
    const run = await resolveTask("bundles", { bundle, name, kind: "task" });
    equal(messageOf(run), "All Steps have completed executing");
    equal(await logOf(run), says);
    deepEqual(run.status?.provenance?.["refSource"], {
      uri: `${host}/catalog/tasks`,
      digest: { sha256: digest.slice("sha256:".length) },
      entryPoint: name,
    });
  }
  const pinned = { bundle: `${host}/catalog/tasks@${digest}`, name: "packed" };
  equal(await logOf(await resolveTask("bundles", pinned)), "from-packed");
  equal(await logOf(await resolveTask("bundles", { ...pinned, cache: "never" })), "from-packed");

  const failures: readonly (readonly [Readonly<Record<string, string>>, RegExp])[] = [
    [{ name: "x" }, /invalid resource request "default\/bundles-[0-9a-f]{32}": parameter "bundle" required$/],
    [{ bundle }, /parameter "name" required$/],
    [{ bundle: "UPPER CASE", name: "x" }, /invalid bundle reference: could not parse reference: UPPER CASE$/],
    [
      { bundle, name: "nope" },
      /^error requesting remote resource: error getting "bundleresolver" "default\/bundles-[0-9a-f]{32}": could not find object in image with kind: task and name: nope$/,
    ],
    [
      { bundle: `${host}/catalog/tasks:2.0`, name: "packed" },
      /cannot retrieve the oci image: GET .*\/manifests\/2\.0: MANIFEST_UNKNOWN: manifest unknown$/,
    ],
    [{ bundle: `127.0.0.1:${await freePort()}/a:1`, name: "x" }, /cannot retrieve the oci image: .*ECONNREFUSED/],
  ];
  for (const [params, message] of failures) {
    const run = await resolveTask("bundles", params);
    equal(succeededCondition(run.status)?.reason, "TaskRunResolutionFailed");
    match(messageOf(run), message);
  }
  await pushBundle(host, "catalog/plain", "1", [
    { name: "a", kind: "task", content: Buffer.from("x"), annotations: { "dev.tekton.image.name": "a" } },
  ]);
  match(
    messageOf(await resolveTask("bundles", { bundle: `${host}/catalog/plain:1`, name: "a" })),
    /invalid tekton bundle: layer sha256:[0-9a-f]{64} does not contain a dev\.tekton\.image\.apiVersion annotation$/,
  );
});

/** A registry of one bundle that asks for what `isAllowed` says; `asks` makes its challenge of its own address. */
async function guardedRegistry(
  asks: (host: string) => string,
  isAllowed: (request: IncomingMessage) => boolean,
  more: (request: IncomingMessage, response: ServerResponse) => boolean = () => false,
): Promise<string> {
  const layer = Buffer.from(taskText("t", "guarded"));
  const manifest = JSON.stringify({
    schemaVersion: 2,
    layers: [
      {
        digest: sha256(layer),
        annotations: {
          "dev.tekton.image.name": "t",
          "dev.tekton.image.kind": "task",
          "dev.tekton.image.apiVersion": "v1",
        },
      },
    ],
  });
  const host = await serve((request, response) => {
    if (more(request, response)) return;
    if (!isAllowed(request)) response.writeHead(401, { "www-authenticate": asks(host) }).end();
    else if (request.url === "/v2/p/q/manifests/latest") response.end(manifest);
    else if (request.url === `/v2/p/q/blobs/${sha256(layer)}`) response.end(layer);
    else response.writeHead(404).end();
  });
  return host;
}

test("bundles of registries that want a password or a token", async () => {
  const basic = `Basic ${Buffer.from("ann:pässword").toString("base64")}`;
  const passwordHost = await guardedRegistry(
    () => 'Basic realm="registry"',
    ({ headers }) => headers.authorization === basic,
  );
  const tokenHost = await guardedRegistry(
    (host) => `Bearer realm="http://${host}/token",service="here",scope="repository:p/q:pull"`,
    ({ headers }) => headers.authorization === "Bearer good",
    (request, response) => {
      const asked = new URL(request.url ?? "", "http://h");
      if (asked.pathname !== "/token") return false;
      const isKnown =
        request.headers.authorization === basic &&
        asked.searchParams.get("service") === "here" &&
        asked.searchParams.get("scope") === "repository:p/q:pull";
      response.end(JSON.stringify({ token: isKnown ? "good" : "bad" }));
      return true;
    },
  );
  for (const host of [passwordHost, tokenHost]) {
    const params = { bundle: `${host}/p/q`, name: "t" };
    match(messageOf(await resolveTask("bundles", params)), /cannot retrieve the oci image: /);
    const auths = { [host]: { auth: Buffer.from("ann:pässword").toString("base64") } };
    const secret = `pull-${host.split(":")[1]}`;
    await server.apply({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: secret },
      type: "kubernetes.io/dockerconfigjson",
      stringData: { ".dockerconfigjson": JSON.stringify({ auths }) },
    } as never);
    equal(await logOf(await resolveTask("bundles", { ...params, secret })), "guarded");
    const account = `puller-${host.split(":")[1]}`;
    await server.apply({
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: account },
      imagePullSecrets: [{ name: secret }],
    } as never);
    equal(await logOf(await resolveTask("bundles", { ...params, serviceAccount: account })), "guarded");
  }
});

test("a token place without encryption is not asked", async () => {
  const host = await guardedRegistry(
    () => 'Bearer realm="http://registry.example/token"',
    () => false,
  );
  match(
    messageOf(await resolveTask("bundles", { bundle: `${host}/p/q`, name: "t" })),
    /tokens of http:\/\/registry\.example would go over the network in plain text$/,
  );
});

test("hubs of both kinds, versions and constraints", async () => {
  const host = await serve((request, response) => {
    const answers: Readonly<Record<string, unknown>> = {
      "/api/v1/packages/tekton-task/tekton-catalog-tasks/build/0.6.0": {
        data: { manifestRaw: taskText("build", "artifact") },
      },
      "/api/v1/packages/tekton-task/tekton-catalog-tasks/build": {
        available_versions: [{ version: "0.6.0" }, { version: "0.10.0", prerelease: true }, { version: "0.2.0" }],
      },
      "/v1/resource/Tekton/task/build/0.6/yaml": { data: { yaml: taskText("build", "tekton") } },
    };
    const answer = answers[request.url ?? ""];
    if (answer === undefined) response.writeHead(404).end();
    else response.end(JSON.stringify(answer));
  });
  const url = `http://${host}`;
  const base = { name: "build", url };
  equal(await logOf(await resolveTask("hub", { ...base, version: "0.6" })), "artifact");
  equal(await logOf(await resolveTask("hub", { ...base, version: ">= 0.2, < 1.0" })), "artifact");
  equal(await logOf(await resolveTask("hub", { ...base, version: "0.6.0", type: "tekton" })), "tekton");
  match(
    messageOf(await resolveTask("hub", { ...base, version: "9.9" })),
    /: fail to fetch Artifact Hub resource: requested resource 'http:.*\/build\/9\.9\.0' not found on hub$/,
  );
  match(
    messageOf(await resolveTask("hub", { ...base, version: "> 5" })),
    /: fail to fetch Artifact Hub resource: no version found for constraint > 5$/,
  );
  match(
    messageOf(await resolveTask("hub", { name: "build", version: "1", url: `http://127.0.0.1:${await freePort()}` })),
    /: fail to fetch Artifact Hub resource: requesting resource from Hub: .*ECONNREFUSED/,
  );
});

test("definitions of a web server: a password, a digest, and a text that is no definition", async () => {
  const text = taskText("web", "web");
  const host = await serve((request, response) => {
    const isAllowed =
      request.url !== "/closed.yaml" ||
      request.headers.authorization === `Basic ${Buffer.from("u:p").toString("base64")}`;
    if (request.url === "/bad.yaml") response.end("kind: Task\napiVersion: tekton.dev/v1\nspec: {steps: []}\n");
    else if (request.url === "/moved.yaml") response.writeHead(302, { location: "/open.yaml" }).end();
    else if (!isAllowed || request.url === "/none.yaml") response.writeHead(404).end();
    else response.end(text);
  });
  await server.apply({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "web" },
    stringData: { password: "p" },
  } as never);
  const at = (path: string) => ({ url: `http://${host}/${path}` });
  equal(await logOf(await resolveTask("http", at("open.yaml"))), "web");
  equal(await logOf(await resolveTask("http", at("moved.yaml"))), "web");
  const password = { ...at("closed.yaml"), "http-username": "u", "http-password-secret": "web" };
  equal(await logOf(await resolveTask("http", password)), "web");
  const digest = createHash("sha512").update(text).digest("hex");
  equal(await logOf(await resolveTask("http", { ...at("open.yaml"), digest: `sha512:${digest}` })), "web");
  match(
    messageOf(await resolveTask("http", { ...at("open.yaml"), digest: `sha256:${"0".repeat(64)}` })),
    /: digest mismatch: expected sha256:0{64}, got sha256:/,
  );
  match(messageOf(await resolveTask("http", at("none.yaml"))), /: requested URL 'http:.*none\.yaml' is not found$/);
  match(messageOf(await resolveTask("http", at("bad.yaml"))), /missing field\(s\): spec\.steps$/);
});

test("git over HTTP: branches, tags, commits, a token, and what is not there", async () => {
  const work = join(folder, "work");
  mkdirSync(work);
  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], { cwd: work })
      .toString()
      .trim();
  git("init", "--quiet", "--initial-branch=main");
  const commit = (says: string) => {
    writeFileSync(join(work, "task.yaml"), taskText("g", says));
    git("add", "-A");
    git("commit", "--quiet", "-m", says);
    return git("rev-parse", "HEAD");
  };
  const first = commit("one");
  git("tag", "v1");
  git("checkout", "--quiet", "-b", "feature/x");
  const branched = commit("branched");
  git("checkout", "--quiet", "main");
  execFileSync("git", ["clone", "--quiet", "--bare", work, join(folder, "served.git")]);
  const program = join(execFileSync("git", ["--exec-path"]).toString().trim(), "git-http-backend");
  const host = await serve((request, response) => {
    const asked = new URL(request.url ?? "", "http://h");
    const token = Buffer.from("x-access-token:secret").toString("base64");
    if (asked.pathname.startsWith("/closed/") && request.headers.authorization !== `Basic ${token}`) {
      response.writeHead(401, { "www-authenticate": "Basic" }).end();
      return;
    }
    const cgi = spawn(program, {
      env: {
        ...process.env,
        GIT_PROJECT_ROOT: folder,
        GIT_HTTP_EXPORT_ALL: "1",
        PATH_INFO: asked.pathname.replace("/closed/", "/"),
        QUERY_STRING: asked.search.slice(1),
        REQUEST_METHOD: request.method ?? "GET",
        CONTENT_TYPE: request.headers["content-type"] ?? "",
        HTTP_CONTENT_ENCODING: String(request.headers["content-encoding"] ?? ""),
        GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
      },
      stdio: ["pipe", "pipe", "ignore"],
    });
    request.pipe(cgi.stdin);
    const chunks: Buffer[] = [];
    cgi.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    cgi.on("close", () => {
      const answer = Buffer.concat(chunks);
      const end = answer.indexOf("\r\n\r\n");
      const headers = answer.toString("latin1", 0, end).split("\r\n");
      const status = headers.find((line) => line.startsWith("Status:"))?.slice(8, 11) ?? "200";
      response.statusCode = Number(status);
      for (const line of headers) {
        const [name = "", value = ""] = line.split(": ");
        if (name !== "Status") response.setHeader(name, value);
      }
      response.end(answer.subarray(end + 4));
    });
  });
  const url = `http://${host}/served.git`;
  const pathInRepo = "task.yaml";
  for (const [revision, says, sha1] of [
    ["main", "one", first],
    ["v1", "one", first],
    ["feature/x", "branched", branched],
    [branched, "branched", branched],
    [branched.slice(0, 10), "branched", branched],
  ] as const) {
    const run = await resolveTask("git", { url, revision, pathInRepo });
    equal(await logOf(run), says, `${revision}: ${messageOf(run)}`);
    deepEqual(run.status?.provenance?.["refSource"], { uri: `git+${url}`, digest: { sha1 }, entryPoint: pathInRepo });
  }
  equal(await logOf(await resolveTask("git", { url: `file://${folder}/served.git`, pathInRepo })), "one");
  const closed = { url: `http://${host}/closed/served.git`, pathInRepo };
  match(messageOf(await resolveTask("git", closed)), /error resolving repository: git clone error: /);
  await server.apply({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "git-token" },
    stringData: { token: "secret" },
  } as never);
  equal(await logOf(await resolveTask("git", { ...closed, gitToken: "git-token" })), "one");

  for (const [params, message] of [
    [{ url, pathInRepo: "no.yaml" }, /: error opening file "no\.yaml": file does not exist$/],
    [{ url, pathInRepo, revision: "nope" }, /: revision error: reference not found: nope$/],
    [{ url }, /: missing required git resolver params: pathInRepo$/],
    [{ pathInRepo }, /: must specify one of 'url' or 'repo'$/],
    [{ url: "ext::sh -c id", pathInRepo }, /: invalid git repository url: ext::sh -c id$/],
    [{ url: `http://${host}/none.git`, pathInRepo }, /: error resolving repository: git clone error: .*not found/s],
  ] as const) {
    const run = await resolveTask("git", params);
    equal(succeededCondition(run.status)?.reason, "TaskRunResolutionFailed");
    match(messageOf(run), message);
  }
});
