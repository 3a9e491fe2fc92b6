import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { eventually, root, startUp, temporaryFolder, type Up } from "./harness.ts";

const manifests = `
apiVersion: v1
kind: Secret
metadata: {name: webhook}
stringData: {token: s3cret}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: listener}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: listener}
subjects: [{kind: ServiceAccount, name: listener, namespace: default}]
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: reader}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader}
rules:
  - {apiGroups: [tekton.dev], resources: [pipelineruns, taskruns], verbs: [get, list, watch]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader}
subjects: [{kind: ServiceAccount, name: reader}]
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
---
apiVersion: triggers.tekton.dev/v1beta1
kind: EventListener
metadata: {name: pushes}
spec:
  serviceAccountName: listener
  triggers:
    - name: branch
      interceptors:
        - ref: {name: github}
          params:
            - {name: secretRef, value: {secretName: webhook, secretKey: token}}
            - {name: eventTypes, value: [push]}
        - ref: {name: cel}
          params: [{name: filter, value: "body.ref.startsWith('refs/heads/')"}]
      bindings: [{name: message, value: $(body.head_commit.message)}]
      template:
        spec:
          params: [{name: message}]
          resourcetemplates:
            - apiVersion: tekton.dev/v1
              kind: PipelineRun
              metadata: {generateName: push-}
              spec:
                params: [{name: message, value: $(tt.params.message)}]
                pipelineSpec:
                  params: [{name: message}]
                  tasks:
                    - name: say
                      params: [{name: message, value: $(params.message)}]
                      taskSpec:
                        params: [{name: message}]
                        steps:
                          - name: say
                            image: busybox
                            env: [{name: MESSAGE, value: $(params.message)}]
                            script: |
                              printf '\\033[32m%s\\033[0m\\n' "$MESSAGE"
---
apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {name: long}
spec:
  taskSpec:
    steps: [{name: wait, image: busybox, script: sleep 120}]
`;

const hostile = `<script>alert("dash")</script>`;
const hostileEscaped = "&lt;script&gt;alert(&quot;dash&quot;)&lt;/script&gt;";

interface Site {
  readonly up: Up;
  readonly url: string;
}

/** A `tektite up` with a dashboard, on the objects above. */
async function startSite(t: TestContext): Promise<Site> {
  const dataDir = temporaryFolder(t);
  const file = join(dataDir, "objects.yaml");
  writeFileSync(file, manifests);
  const args = ["-f", file, "--runtime", "process", "--dashboard-address", "127.0.0.1:0"];
  const up = await startUp(t, { dataDir, args });
  const { dashboard } = JSON.parse(readFileSync(join(dataDir, "ready.json"), "utf8")) as { readonly dashboard: string };
  return { up, url: dashboard };
}

function adminToken({ kubeconfig }: Up): string {
  return /token: (\S+)/.exec(readFileSync(kubeconfig, "utf8"))?.[1] ?? "";
}

function post(url: string, fields: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) {
  return fetch(url, { method: "POST", redirect: "manual", body: new URLSearchParams(fields), headers });
}

/** A browser that has signed in. */
class Visitor {
  readonly #url: string;
  readonly #cookie: string;

  constructor(url: string, cookie: string) {
    this.#url = url;
    this.#cookie = cookie;
  }

  static async signIn(url: string, token: string): Promise<Visitor> {
    const answer = await post(`${url}/login`, { token, next: "/" });
    equal(answer.status, 303);
    const cookie = answer.headers.get("set-cookie") ?? "";
    match(cookie, /^tektite-session-\d+=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/);
    return new Visitor(url, cookie.split(";")[0] ?? "");
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return fetch(`${this.#url}${path}`, { redirect: "manual", headers: { cookie: this.#cookie, ...headers } });
  }

  async page(path: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
    const answer = await this.get(path, headers);
    equal(answer.status, 200, path);
    return answer.text();
  }

  async json<T>(path: string): Promise<T> {
    return (await (await this.get(path)).json()) as T;
  }

  async csrf(): Promise<string> {
    return (await this.json<{ readonly csrfToken: string }>("/api/session")).csrfToken;
  }

  async post(path: string, fields: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) {
    return post(`${this.#url}${path}`, fields, { cookie: this.#cookie, ...headers });
  }
}

/** A push whose message is given, signed as GitHub signs; the answer is the event's id. */
async function push({ up }: Site, message: string, ref = "refs/heads/main"): Promise<string> {
  const body = JSON.stringify({ ref, head_commit: { message }, repository: { full_name: `acme/${hostile}` } });
  const signature = `sha256=${createHmac("sha256", "s3cret").update(body).digest("hex")}`;
  const headers = { "content-type": "application/json", "x-github-event": "push", "x-hub-signature-256": signature };
  return eventually("the listener to accept", async () => {
    const answer = await fetch(`${up.hooks}/default/pushes`, { method: "POST", body, headers });
    return answer.status === 202 ? ((await answer.json()) as { eventID: string }).eventID : undefined;
  });
}

interface ServerEvent {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: { readonly resource?: string; readonly name?: string; readonly state?: string };
}

/** Reads a stream of Server-Sent Events until one is wanted; what came before it comes along. */
async function readUntil(answer: Response, isWanted: (event: ServerEvent) => boolean): Promise<readonly ServerEvent[]> {
  const events: ServerEvent[] = [];
  let rest = "";
  const decoder = new TextDecoder();
  for await (const chunk of answer.body ?? []) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const fields = new Map(
        block.split("\n").map((line) => [line.split(": ")[0], line.slice(line.indexOf(": ") + 2)]),
      );
      if (!fields.has("data")) continue;
      const event = {
        id: fields.get("id"),
        event: fields.get("event") ?? "",
        data: JSON.parse(fields.get("data") ?? ""),
      };
      events.push(event);
      if (isWanted(event)) return events;
    }
  }
  throw new Error(`the stream ended without it: ${JSON.stringify(events)}`);
}

/** Whether the event and the end of its run have been told. */
function both(): (event: ServerEvent) => boolean {
  const seen = new Set<string>();
  return ({ data }) => {
    if (data.resource === "triggerevents" || data.state === "succeeded") seen.add(data.resource ?? "");
    return seen.has("triggerevents") && seen.has("pipelineruns");
  };
}

test("a push appears without reload, is explained, and its run can be read, cancelled and repeated", async (t) => {
  const site = await startSite(t);
  const visitor = await Visitor.signIn(site.url, adminToken(site.up));

  // What the empty pages say to do.
  const empty = await visitor.page("/events");
  match(empty, /No event has come in yet/);
  match(await visitor.page("/"), /<a href="\/events\?namespace=default&amp;listener=pushes">default\/pushes<\/a>/);
  match(await visitor.page("/"), new RegExp(`${site.up.hooks}/default/pushes`));

  // The stream tells of the event and of its run's end; resumed, it tells what has been missed.
  const stream = await visitor.get("/api/changes");
  equal(stream.headers.get("content-type"), "text/event-stream");
  const isDone = both();
  let pushed: Promise<string> | undefined;
  const first = await readUntil(stream, (event) => {
    if (event.event === "hello") pushed = push(site, hostile);
    return isDone(event);
  });
  equal(first[0]?.event, "hello");
  const told = first.find(({ data }) => data.resource === "triggerevents");
  notEqual(told, undefined);
  const id = told?.data.name ?? "";
  equal(id, await pushed);
  const run = first.find(({ data }) => data.resource === "pipelineruns")?.data.name ?? "";
  const changes = first.filter(({ event }) => event === "change");
  const resumed = await visitor.get("/api/changes", { "last-event-id": changes[0]?.id ?? "" });
  const rest = await readUntil(resumed, ({ id: next }) => next === changes.at(-1)?.id);
  deepEqual(rest, changes.slice(1));
  const unknown = await visitor.get("/api/changes", { "last-event-id": "other.1" });
  equal((await readUntil(unknown, () => true))[0]?.event, "hello");

  // The event's page, in the words of `tektite events explain`, with markup as text.
  const page = await visitor.page(`/events/default/${id}`);
  match(page, new RegExp(`Trigger branch ran: it created PipelineRun default/${run}\\.`));
  ok(page.includes(hostileEscaped) && !page.includes(hostile), "event data is escaped");
  match(page, new RegExp(`href="/runs/pipelineruns/default/${run}"`));
  ok(!page.includes("s3cret"));
  const filtered = await push(site, "a tag", "refs/tags/v1");
  await eventually("its verdict", async () =>
    (await visitor.page(`/events/default/${filtered}`)).includes("did not run") ? true : undefined,
  );
  const explained = await visitor.page(`/events/default/${filtered}`);
  match(explained, /Trigger branch did not run: its filter was false\./);
  match(explained, /<code>body\.ref<\/code> = <code>&quot;refs\/tags\/v1&quot;<\/code>/);
  const raw = await visitor.get(`/events/default/${id}/body`);
  equal(raw.headers.get("content-type"), "text/plain; charset=utf-8");
  equal(raw.headers.get("x-content-type-options"), "nosniff");

  // Filters are in the URL.
  const list = await visitor.page("/events?verdict=filtered&since=1h");
  ok(list.includes(filtered) && !list.includes(id));
  match(await visitor.page("/events?trigger=other"), /Nothing matches these filters/);
  match(await visitor.page("/events?since=yesterday"), /since must be a duration such as 24h/);

  // The run: params, logs with colours, text for download.
  const runPage = await visitor.page(`/runs/pipelineruns/default/${run}`);
  ok(runPage.includes(hostileEscaped) && !runPage.includes(hostile));
  match(runPage, new RegExp(`href="/events/default/${id}"`));
  match(
    await visitor.page(`/runs/pipelineruns/default/${run}/yaml`),
    /^apiVersion: tekton\.dev\/v1\nkind: PipelineRun\n/,
  );
  const log = await visitor.page(`/runs/pipelineruns/default/${run}/logs`);
  ok(log.includes(`<span class="ansi-green">${hostileEscaped}</span>`));
  const text = await (await visitor.get(`/api/runs/pipelineruns/default/${run}/logs?follow=true`)).text();
  match(text, /^\[say : say\] \u001b\[32m<script>/m);

  // Actions: replay, run again, cancel.
  const csrf = await visitor.csrf();
  const replayed = await visitor.post(`/events/default/${id}/replay`, { csrf });
  equal(replayed.status, 303);
  match(await visitor.page(replayed.headers.get("location") ?? ""), new RegExp(`href="/events/default/${id}"`));
  const again = await visitor.post(`/api/runs/pipelineruns/default/${run}/rerun`, {}, { "x-csrf-token": csrf });
  const { name } = (await again.json()) as { readonly name: string };
  match(name, /^push-/);
  notEqual(name, run);
  equal((await visitor.post("/runs/taskruns/default/long/cancel", { csrf })).status, 303);
  await eventually("the cancelled run to end", async () => {
    const { state } = await visitor.json<{ readonly state: string }>("/api/runs/taskruns/default/long");
    return state === "cancelled" ? true : undefined;
  });
  equal((await visitor.post("/runs/taskruns/default/long/cancel", { csrf })).status, 409);
});

test("who has not signed in sees nothing, and forms of other sites do nothing", async (t) => {
  const { up, url } = await startSite(t);
  const turnedAway = await fetch(`${url}/events?verdict=created`, { redirect: "manual" });
  equal(turnedAway.status, 303);
  equal(turnedAway.headers.get("location"), "/login?next=%2Fevents%3Fverdict%3Dcreated");
  equal((await fetch(`${url}/api/overview`)).status, 401);
  equal((await fetch(`${url}/api/changes`)).status, 401);

  const login = await fetch(`${url}/login`);
  const policy = login.headers.get("content-security-policy") ?? "";
  match(policy, /default-src 'none'; script-src 'self'; style-src 'self'/);
  ok(!policy.includes("unsafe"));
  equal(login.headers.get("referrer-policy"), "no-referrer");
  equal(login.headers.get("cache-control"), "no-store");
  ok(!/<script(?![^>]* src=)|<style|\sstyle=|\son\w+=/.test(await login.text()), "nothing inline");

  const wrong = await post(`${url}/login`, { token: "wrong", next: "/" });
  equal(wrong.status, 401);
  equal(wrong.headers.get("set-cookie"), null);
  match(await wrong.text(), /does not accept this token/);
  equal((await post(`${url}/login`, { token: "a\r\nb" })).status, 401);
  const token = adminToken(up);
  equal((await post(`${url}/login`, { token }, { origin: "https://evil.example.com" })).status, 403);
  equal((await post(`${url}/login`, { token, next: "//evil.example.com" })).headers.get("location"), "/");
  equal((await post(`${url}/login`, { token, next: "/\\evil.example.com" })).headers.get("location"), "/");

  const visitor = await Visitor.signIn(url, token);
  const csrf = await visitor.csrf();
  const cancel = "/runs/taskruns/default/long/cancel";
  equal((await visitor.post(cancel, {})).status, 403);
  equal((await visitor.post(cancel, { csrf: `${csrf}x` })).status, 403);
  equal((await visitor.post(cancel, { csrf }, { origin: "https://evil.example.com" })).status, 403);
  equal((await visitor.post(cancel, { csrf }, { "sec-fetch-site": "cross-site" })).status, 403);
  equal(
    (await visitor.json<{ readonly state: string }>("/api/runs/taskruns/default/long")).state !== "cancelled",
    true,
  );

  // A page of another site whose name is made to lead here (DNS rebinding).
  equal(await statusFor(`${url}/login`, "evil.example.com"), 421);
  equal(await statusFor(`${url}/login`, "localhost"), 200);
  // The webhook address knows nothing of the dashboard.
  const hooks = await fetch(`${up.hooks}/login`);
  equal(hooks.headers.get("content-security-policy"), null);

  equal((await visitor.get("/runs/pipelineruns/default/none")).status, 404);
  equal((await visitor.get("/%zz")).status, 400);
  equal((await visitor.post("/logout", { csrf })).status, 303);
  equal((await visitor.get("/api/session")).status, 401);
});

test("an account sees and does what it may, and is told what it may not", async (t) => {
  const { up, url } = await startSite(t);
  const token = (await up.kubectl("new", ["create", "token", "reader"])).stdout.trim();
  const reader = await Visitor.signIn(url, token);
  equal(
    (await reader.json<{ readonly userName: string }>("/api/session")).userName,
    "system:serviceaccount:default:reader",
  );
  const all = await reader.page("/");
  match(all, /cannot list resource &quot;eventlisteners&quot;/);
  match(all, /choose a namespace in which your account has it/);
  match(
    await reader.page("/runs?kind=taskruns&namespace=default"),
    /\/runs\/taskruns\/default\/long\?namespace=default/,
  );
  equal((await reader.get("/api/listeners")).status, 403);
  equal((await reader.get("/events/default/none")).status, 403);

  const run = await reader.page("/runs/taskruns/default/long");
  match(run, /<button disabled aria-describedby="no-cancel">/);
  match(run, /cannot list resource &quot;events&quot;/);
  match(run, /This account may not: patch taskruns\.tekton\.dev, namespace default\./);
  const csrf = await reader.csrf();
  const refused = await reader.post("/runs/taskruns/default/long/cancel", { csrf });
  equal(refused.status, 403);
  match(await refused.text(), /cannot patch resource &quot;taskruns&quot;/);

  const stream = await reader.get("/api/changes?namespace=default");
  const problem = await readUntil(
    stream,
    ({ event, data }) => event === "problem" && data.resource === "triggerevents",
  );
  ok(!problem.some(({ data }) => data.resource === "taskruns"));
});

test("both languages, by header and by choice", async (t) => {
  const { up, url } = await startSite(t);
  const visitor = await Visitor.signIn(url, adminToken(up));
  match(await visitor.page("/", { "accept-language": "ko-KR,ko;q=0.9" }), /<html lang="ko">[\s\S]*<h1>개요<\/h1>/);
  match(await visitor.page("/", { "accept-language": "de" }), /<html lang="en">[\s\S]*<h1>Overview<\/h1>/);
  const chosen = await visitor.get("/runs?lang=ko");
  match(chosen.headers.get("set-cookie") ?? "", /^tektite-language=ko; .*HttpOnly; SameSite=Strict/);
  match(await chosen.text(), /<h1>실행<\/h1>/);
});

test("tektite dashboard: a link for one sign-in, and read-only", async (t) => {
  const { up } = await startSite(t);
  const args = ["dashboard", "--kubeconfig", up.kubeconfig, "--address", "127.0.0.1:0", "--read-only"];
  const child = spawn(join(root, "bin", "tektite"), args, { cwd: up.dataDir, stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => child.kill());
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const link = await eventually("the link", async () => /http:\S+ticket=\S+/.exec(output)?.[0]);
  const answer = await fetch(link);
  equal(answer.status, 200);
  const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
  equal((await fetch(link)).status, 401);
  const visitor = new Visitor(new URL(link).origin, cookie);
  match(await visitor.page("/"), /started with --read-only/);
  const csrf = await visitor.csrf();
  const refused = await visitor.post("/runs/taskruns/default/long/cancel", { csrf });
  equal(refused.status, 403);
  match(await refused.text(), /started with --read-only/);
});

/** The status that a request with another `Host` gets. */
function statusFor(url: string, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}
