import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";
import { spawn } from "node:child_process";
import { request } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { type DashboardSite, push, pushListener, pushSecret, startSite } from "./dashboard-site.ts";
import { postJson, Visitor } from "./dashboard-visitor.ts";
import { eventually, root } from "./harness.ts";

const hostile = `<script>alert("dash")</script>`;

/** A push whose message is given; the answer is the event's id. */
function pushCommit(site: DashboardSite, message: string, ref = "refs/heads/main"): Promise<string> {
  return push(site, { ref, head_commit: { message }, repository: { full_name: `acme/${hostile}` } }, pushSecret);
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

test("the endpoints tell of a push, explain it, and its run can be read, cancelled and repeated", async (t) => {
  const site = await startSite(t, pushListener);
  const visitor = await Visitor.signIn(site.url, { token: site.token });
  const session = await visitor.json<{ readonly webhooks: string }>("/api/session");
  equal(session.webhooks, site.up.hooks);
  const overview = await visitor.json<{ readonly listeners: readonly { readonly name: string }[] }>("/api/overview");
  deepEqual(
    overview.listeners.map(({ name }) => name),
    ["pushes"],
  );

  // The stream tells of the event and of its run's end; resumed, it tells what has been missed.
  const stream = await visitor.get("/api/changes");
  equal(stream.headers.get("content-type"), "text/event-stream");
  const isDone = both();
  let pushed: Promise<string> | undefined;
  const first = await readUntil(stream, (event) => {
    if (event.event === "hello") pushed = pushCommit(site, hostile);
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

  ok(!(await visitor.text(`/api/events/default/${id}`)).includes("s3cret"));
  const raw = await visitor.get(`/api/events/default/${id}/body`);
  equal(raw.headers.get("content-type"), "text/plain; charset=utf-8");
  equal(raw.headers.get("x-content-type-options"), "nosniff");

  const filtered = await pushCommit(site, "a tag", "refs/tags/v1");
  const list = await eventually("its verdict", async () => {
    const text = await visitor.text("/api/events?verdict=filtered&since=1h");
    return text.includes(filtered) ? text : undefined;
  });
  ok(!list.includes(id));
  match(await visitor.text("/api/events?since=yesterday"), /since must be a duration such as 24h/);

  match(
    await visitor.text(`/api/runs/pipelineruns/default/${run}/yaml`),
    /^apiVersion: tekton\.dev\/v1\nkind: PipelineRun\n/,
  );
  const text = await visitor.text(`/api/runs/pipelineruns/default/${run}/logs?follow=true`);
  match(text, /^\[say : say\] \u001b\[32m<script>/m);

  const replayed = await visitor.post(`/api/events/default/${id}/replay`, {});
  const again = (await replayed.json()) as { readonly id: string };
  match(await visitor.text(`/api/events/default/${again.id}`), new RegExp(`"replayOf": ?"${id}"`));
  const rerun = await visitor.post(`/api/runs/pipelineruns/default/${run}/rerun`, {});
  const { name } = (await rerun.json()) as { readonly name: string };
  match(name, /^push-/);
  notEqual(name, run);
  equal((await visitor.post("/api/runs/taskruns/default/long/cancel", { mode: "later" })).status, 400);
  equal((await visitor.post("/api/runs/taskruns/default/long/cancel", {})).status, 200);
  await eventually("the cancelled run to end", async () => {
    const { state } = await visitor.json<{ readonly state: string }>("/api/runs/taskruns/default/long");
    return state === "cancelled" ? true : undefined;
  });
  equal((await visitor.post("/api/runs/taskruns/default/long/cancel", {})).status, 409);
});

test("who has not signed in sees nothing, and requests of other sites do nothing", async (t) => {
  const { up, url, token } = await startSite(t, pushListener, { args: ["--host-name", "ci.example.com"] });
  equal((await fetch(`${url}/api/overview`)).status, 401);
  equal((await fetch(`${url}/api/changes`)).status, 401);

  // The page knows its own paths; it has nothing inline, and its files keep their names with their content.
  const page = await fetch(`${url}/events?verdict=created`);
  equal(page.status, 200);
  const policy = page.headers.get("content-security-policy") ?? "";
  match(policy, /default-src 'none'; script-src 'self'; style-src 'self'/);
  ok(!policy.includes("unsafe"));
  equal(page.headers.get("referrer-policy"), "no-referrer");
  equal(page.headers.get("cache-control"), "no-store");
  const html = await page.text();
  ok(!/<script(?![^>]* src=)|<style|\sstyle=|\son\w+=/.test(html), "nothing inline");
  const script = await fetch(`${url}${/src="(\/assets\/[^"]+)"/.exec(html)?.[1]}`, {
    headers: { "accept-encoding": "br" },
  });
  equal(script.headers.get("content-encoding"), "br");
  match(script.headers.get("cache-control") ?? "", /immutable/);
  equal((await fetch(`${url}/assets/none.js`)).status, 404);
  equal((await fetch(`${url}/assets/..%2f..%2fpackage.json`)).status, 404);

  const wrong = await postJson(`${url}/api/sign-in`, { token: "wrong" });
  equal(wrong.status, 401);
  equal(wrong.headers.get("set-cookie"), null);
  equal((await postJson(`${url}/api/sign-in`, { token: "a\r\nb" })).status, 401);
  equal((await postJson(`${url}/api/sign-in`, { token }, { origin: "https://evil.example.com" })).status, 403);
  equal((await postJson(`${url}/api/sign-in`, { token }, { "content-type": "text/plain" })).status, 415);

  const visitor = await Visitor.signIn(url, { token });
  const cancel = "/api/runs/taskruns/default/long/cancel";
  equal((await visitor.post(cancel, {}, { "x-csrf-token": "" })).status, 403);
  equal((await visitor.post(cancel, {}, { "x-csrf-token": "x" })).status, 403);
  equal((await visitor.post(cancel, {}, { origin: "https://evil.example.com" })).status, 403);
  equal((await visitor.post(cancel, {}, { "sec-fetch-site": "cross-site" })).status, 403);
  const { state } = await visitor.json<{ readonly state: string }>("/api/runs/taskruns/default/long");
  notEqual(state, "cancelled");

  // A page of another site whose name is made to lead here (DNS rebinding).
  equal(await statusFor(`${url}/login`, "evil.example.com"), 421);
  equal(await statusFor(`${url}/login`, "localhost"), 200);
  equal(await statusFor(`${url}/login`, "CI.example.com"), 200);
  // The webhook address knows nothing of the dashboard.
  const hooks = await fetch(`${up.hooks}/login`);
  equal(hooks.headers.get("content-security-policy"), null);

  equal((await visitor.get("/api/runs/pipelineruns/default/none")).status, 404);
  equal((await visitor.get("/%zz")).status, 400);
  equal((await visitor.post("/api/sign-out", {})).status, 200);
  equal((await visitor.get("/api/session")).status, 401);
});

test("an account sees and does what it may, and is told what it may not", async (t) => {
  const { up, url } = await startSite(t, pushListener);
  const token = (await up.kubectl("new", ["create", "token", "reader"])).stdout.trim();
  const reader = await Visitor.signIn(url, { token });
  const { userName } = await reader.json<{ readonly userName: string }>("/api/session");
  equal(userName, "system:serviceaccount:default:reader");
  match(await reader.text("/api/overview"), /cannot list resource \\"eventlisteners\\"/);
  match(await reader.text("/api/runs?kind=taskruns&namespace=default"), /"long"/);
  equal((await reader.get("/api/listeners")).status, 403);
  equal((await reader.get("/api/events/default/none")).status, 403);
  match(await reader.text("/api/runs/taskruns/default/long/events"), /cannot list resource \\"events\\"/);
  const patch = "/api/permissions?verb=patch&resource=taskruns.tekton.dev&namespace=default";
  deepEqual(await reader.json(patch), {
    isAllowed: false,
    missing: "patch taskruns.tekton.dev, namespace default",
  });
  const refused = await reader.post("/api/runs/taskruns/default/long/cancel", {});
  equal(refused.status, 403);
  match(await refused.text(), /cannot patch resource \\"taskruns\\"/);

  const stream = await reader.get("/api/changes?namespace=default");
  const problem = await readUntil(
    stream,
    ({ event, data }) => event === "problem" && data.resource === "triggerevents",
  );
  ok(!problem.some(({ data }) => data.resource === "taskruns"));
});

test("tektite dashboard: a link for one sign-in, and read-only", async (t) => {
  const { up } = await startSite(t, pushListener);
  const args = ["dashboard", "--kubeconfig", up.kubeconfig, "--address", "127.0.0.1:0", "--read-only"];
  const child = spawn(join(root, "bin", "tektite"), args, { cwd: up.dataDir, stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => child.kill());
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const link = new URL(await eventually("the link", async () => /http:\S+ticket=\S+/.exec(output)?.[0]));
  const ticket = link.searchParams.get("ticket") ?? "";
  const visitor = await Visitor.signIn(link.origin, { ticket });
  equal((await postJson(`${link.origin}/api/sign-in`, { ticket })).status, 401);
  equal((await visitor.json<{ readonly isReadOnly: boolean }>("/api/session")).isReadOnly, true);
  const refused = await visitor.post("/api/runs/taskruns/default/long/cancel", {});
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
