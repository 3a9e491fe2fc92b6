import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { asJson, type EndpointAnswer } from "../src/dashboard/answer.ts";
import { type EndpointCall, endpointNames } from "../src/dashboard/endpoints.ts";
import { LocalEndpoints } from "../src/dashboard/local-endpoints.ts";
import { pathSegments } from "../src/dashboard/visit.ts";
import { encodeObject } from "../src/json/object-text.ts";
import { KubeClient } from "../src/kube/client.ts";
import { HttpsTransport } from "../src/kube/https-transport.ts";
import { loadKubeconfig } from "../src/kube/kubeconfig.ts";
import { type DashboardSite, push, pushListener, pushSecret, startSite } from "./dashboard-site.ts";
import { Visitor } from "./dashboard-visitor.ts";
import { eventually, root, runTektite } from "./harness.ts";

/** A server with an event, its run, and both ways to the endpoints. */
interface Stage {
  readonly site: DashboardSite;
  readonly event: string;
  readonly run: string;
  /** A kubeconfig of the account `reader`, which may read runs alone. */
  readonly readersKubeconfig: string;
  readonly readersToken: string;
}

async function stage(t: TestContext): Promise<Stage> {
  const site = await startSite(t, pushListener);
  const { up } = site;
  const event = await push(site, { ref: "refs/heads/main", head_commit: { message: "hello" } }, pushSecret);
  const run = await eventually("the run to end", async () => {
    const { stdout } = await up.tektite(["dashboard", "get", "/api/runs?state=succeeded"]);
    return (JSON.parse(stdout) as { readonly items: readonly { readonly name: string }[] }).items[0]?.name;
  });
  const readersToken = (await up.kubectl("new", ["create", "token", "reader"])).stdout.trim();
  const readersKubeconfig = join(up.dataDir, "reader.kubeconfig");
  writeFileSync(readersKubeconfig, readFileSync(up.kubeconfig, "utf8").replace(site.token, readersToken));
  return { site, event, run, readersKubeconfig, readersToken };
}

function localEndpoints(kubeconfig: string): LocalEndpoints {
  const access = loadKubeconfig({ path: kubeconfig });
  if (!access.ok) throw new Error(access.error);
  return new LocalEndpoints(new KubeClient(new HttpsTransport(access.value)));
}

/** What HTTP says, or what the local way gives, alike. */
interface Said {
  readonly status: number;
  readonly text: string;
}

async function said(answer: EndpointAnswer): Promise<Said> {
  switch (answer.kind) {
    case "json":
      return { status: answer.status, text: `${encodeObject(asJson(answer.body))}\n` };
    case "text":
      return { status: 200, text: Buffer.from(answer.body).toString() };
    case "records": {
      let text = "";
      for await (const record of answer.records) text += `${JSON.stringify(record)}\n`;
      return { status: 200, text };
    }
    case "stream": {
      let text = "";
      await answer.write({
        waitingBytes: 0,
        write: async (piece) => {
          text += piece;
        },
      });
      return { status: 200, text };
    }
    default:
      return answer satisfies never;
  }
}

function ask(endpoints: LocalEndpoints, target: string, call: EndpointCall): Promise<EndpointAnswer> {
  const url = new URL(target, "http://dashboard");
  return endpoints.answer((pathSegments(url.pathname) ?? []).slice(1), url.searchParams, call);
}

/** Ways to ask each endpoint; EVENT and RUN stand for those of the stage. */
const readings: Readonly<Record<string, readonly string[]>> = {
  "configuration/:namespace/:name": ["configuration/default/pushes", "configuration/default/none"],
  doctor: ["doctor", "doctor?namespace=default&listener=pushes&since=1h", "doctor?listener=none", "doctor?since=never"],
  events: [
    "events",
    "events?namespace=default&verdict=created&limit=1",
    "events?view=full&since=24h",
    "events?since=yesterday",
  ],
  "events/:namespace/:id": ["events/default/EVENT", "events/default/EVENT?view=full", "events/default/none"],
  "events/:namespace/:id/body": ["events/default/EVENT/body"],
  "events/:namespace/:id/request": ["events/default/EVENT/request"],
  "events/:namespace/:id/test": ["events/default/EVENT/test"],
  listeners: ["listeners", "listeners?namespace=none"],
  "listeners/:namespace/:name": ["listeners/default/pushes", "listeners/default/none"],
  "listeners/:namespace/:name/events": ["listeners/default/pushes/events"],
  namespaces: ["namespaces"],
  overview: ["overview", "overview?namespace=default"],
  permissions: [
    "permissions?verb=create&resource=pipelineruns.tekton.dev&namespace=default",
    "permissions?verb=create",
  ],
  "playground/objects/:namespace/:name": ["playground/objects/default/pushes"],
  "playground/requests/:namespace/:id": ["playground/requests/default/EVENT"],
  runs: [
    "runs",
    "runs?kind=taskruns&text=say",
    "runs?state=failed",
    "runs?labelSelector=triggers.tekton.dev/trigger=branch",
    "runs?view=full&namespace=default",
  ],
  "runs/:kind/:namespace/:name": [
    "runs/pipelineruns/default/RUN",
    "runs/taskruns/default/RUN-say",
    "runs/pipelineruns/default/RUN?view=full",
    "runs/pods/default/RUN",
  ],
  "runs/:kind/:namespace/:name/events": ["runs/pipelineruns/default/RUN/events"],
  "runs/:kind/:namespace/:name/logs": [
    "runs/pipelineruns/default/RUN/logs",
    "runs/pipelineruns/default/RUN/logs?format=json&follow=true",
  ],
  "runs/:kind/:namespace/:name/yaml": ["runs/pipelineruns/default/RUN/yaml"],
  yaml: ["yaml?kind=EventListener&namespace=default&name=pushes", "yaml?kind=Secret&namespace=default&name=webhook"],
};

const expression = { request: '{"ref":"refs/heads/main"}', expression: "body.ref.endsWith('main')" };
/** Posts that change nothing, so that both ways can be asked. */
const posts: Readonly<
  Record<string, readonly { readonly path: string; readonly body: Readonly<Record<string, string>> }[]>
> = {
  playground: [
    { path: "playground", body: expression },
    { path: "playground", body: { request: "{" } },
  ],
  "events/:namespace/:id/replay": [{ path: "events/default/none/replay", body: {} }],
  "runs/:kind/:namespace/:name/cancel": [
    { path: "runs/pipelineruns/default/RUN/cancel", body: {} },
    { path: "runs/taskruns/default/long/cancel", body: { mode: "later" } },
  ],
  "runs/:kind/:namespace/:name/rerun": [{ path: "runs/taskruns/default/RUN-say/rerun", body: {} }],
};

test("every endpoint says over HTTP what it says to a command, whoever asks", async (t) => {
  const names = await endpointNames();
  const pathsOf = (wanted: string) => names.filter(({ method }) => method === wanted).map(({ path }) => path);
  deepEqual(Object.keys(readings).sort(), pathsOf("GET").sort());
  deepEqual(Object.keys(posts).sort(), pathsOf("POST").sort());

  const { site, event, run, readersKubeconfig, readersToken } = await stage(t);
  const filled = (path: string) => `/api/${path.replace("EVENT", event).replace("RUN", run)}`;
  const accounts = [
    { name: "the administrator", token: site.token, kubeconfig: site.up.kubeconfig },
    { name: "an account that may read runs alone", token: readersToken, kubeconfig: readersKubeconfig },
  ];
  for (const { name, token, kubeconfig } of accounts) {
    const visitor = await Visitor.signIn(site.url, { token });
    const endpoints = localEndpoints(kubeconfig);
    for (const path of Object.values(readings).flat()) {
      await t.test(`${name}: GET /api/${path}`, async () => {
        const target = filled(path);
        const askBoth = async () => {
          const page = await visitor.get(target);
          const local = await said(await ask(endpoints, target, { method: "GET" }));
          return { page: { status: page.status, text: await page.text() }, local };
        };
        const first = await askBoth();
        // Events are counted by minute, and one may end in between.
        const { page, local } = first.page.text === first.local.text ? first : await askBoth();
        deepEqual(page, local);
      });
    }
    for (const { path, body } of Object.values(posts).flat()) {
      await t.test(`${name}: POST /api/${path} ${JSON.stringify(body)}`, async () => {
        const target = filled(path);
        const page = await visitor.post(target, body);
        const local = await said(await ask(endpoints, target, { method: "POST", body, isReadOnly: false }));
        deepEqual({ status: page.status, text: await page.text() }, local);
      });
    }
  }
});

test("GET /api/events?follow=true tells events as they come, until nobody listens", async (t) => {
  const { site, event, readersToken } = await stage(t);
  const visitor = await Visitor.signIn(site.url, { token: site.token });
  const followed = await visitor.get("/api/events?follow=true&since=1h&trigger=branch");
  equal(followed.headers.get("content-type"), "application/x-ndjson");
  const told = new Set<string>();
  let later: Promise<string> | undefined;
  let rest = "";
  for await (const chunk of followed.body ?? []) {
    const lines = (rest + Buffer.from(chunk).toString()).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const record = JSON.parse(line) as { readonly kind: string; readonly event: { readonly id: string } };
      equal(record.kind, "event");
      told.add(record.event.id);
    }
    later ??= push(site, { ref: "refs/heads/next", head_commit: { message: "later" } }, pushSecret);
    if (told.has(await later)) break;
  }
  equal([...told][0], event);

  const reader = await Visitor.signIn(site.url, { token: readersToken });
  const refused = await reader.get("/api/events?follow=true");
  equal(refused.status, 403);
  match(await refused.text(), /cannot list resource \\"triggerevents\\"/);
  // A session that ends takes its streams along.
  const ending = await visitor.get("/api/events?follow=true");
  equal((await visitor.post("/api/sign-out", {})).status, 200);
  equal(await ending.text(), "");
});

test("tektite dashboard get and post ask the endpoints", async (t) => {
  const { site, event, run } = await stage(t);
  const { up } = site;
  const visitor = await Visitor.signIn(site.url, { token: site.token });
  const get = async (target: string) => {
    const { stdout, stderr, exitCode } = await up.tektite(["dashboard", "get", target]);
    equal(exitCode, 0, stderr);
    return stdout;
  };
  const path = `/api/events/default/${event}`;
  deepEqual(JSON.parse(await get(path)), await visitor.json(path));
  equal(await get(`${path}/body`), await visitor.text(`${path}/body`));
  const logs = `/api/runs/pipelineruns/default/${run}/logs`;
  equal(await get(logs), await visitor.text(logs));
  equal(await get(`${logs}?format=json`), await visitor.text(`${logs}?format=json`));

  const replayed = await up.tektite(["dashboard", "post", `${path}/replay`, "--data", "-"], {
    stdin: '{"listener":"pushes"}',
  });
  const { id } = JSON.parse(replayed.stdout) as { readonly id: string };
  notEqual(id, event);
  match(await get(`/api/events/default/${id}`), new RegExp(`"replayOf": "${event}"`));

  for (const { args, exitCode, says } of [
    { args: ["get", "/api/nothing"], exitCode: 1, says: /there is no such endpoint/ },
    { args: ["get", "/api/changes"], exitCode: 1, says: /about a browser's session/ },
    { args: ["get", "events"], exitCode: 2, says: /begins with \/api\// },
    { args: ["post", `${path}/replay`, "--data", "x"], exitCode: 2, says: /--data is no JSON object/ },
    { args: ["get", "/api/runs/pipelineruns/default/none"], exitCode: 1, says: /"none" not found/ },
  ]) {
    const refused = await up.tektite(["dashboard", ...args]);
    equal(refused.exitCode, exitCode, args.join(" "));
    match(refused.stderr, says);
  }
});

const page = readFileSync(join(root, "docs", "dashboard.md"), "utf8");

/** The rows of the table whose first heading that is: the commands, and what the second cell says. */
function tableBelow(heading: string): readonly { readonly commands: readonly string[]; readonly cell: string }[] {
  const rows = page.slice(page.indexOf(heading)).split("\n\n")[0]?.split("\n").slice(2) ?? [];
  return rows.map((row) => {
    const [, commands = "", cell = ""] = row
      .split(" | ")
      .map((text) => text.replace(/^\| | \|$/g, ""))
      .toSpliced(0, 0, "");
    return { commands: [...commands.matchAll(/`tektite ([^`]+)`/g)].map(([, command = ""]) => command), cell };
  });
}

/** How each command of the table is called so that it asks all that the table says. */
const calls: Readonly<Record<string, readonly (readonly string[])[]>> = {
  "events list": [[], ["-o", "json"], ["-o", "name"]],
  "events show": [[], ["-o", "yaml"]],
  "events explain": [[]],
  "events replay": [
    ["--since", "1h", "--limit", "1", "--wait"],
    ["--all", "--limit", "1", "-f", "FILE"],
  ],
  "events export": [[], ["--format", "test"], ["BINARY", "--format", "test"]],
  // Who may not follow events is told so, and it ends.
  "events tail": [["--kubeconfig", "READER"]],
  backtest: [["-f", "FILE"]],
  "run list": [[], ["-o", "yaml"], ["-l", "a=b", "--tasks"]],
  "run describe": [[], ["long"]],
  "run logs": [["long"], []],
  "run cancel": [["long"]],
  "el list": [[]],
  "el describe": [["pushes"]],
  doctor: [[], ["el", "pushes"]],
};

/** Calls of commands that are said to ask none, as far as they talk to a server and end. */
const othersCalls = [
  ["get", "el"],
  ["describe", "el", "pushes"],
  ["apply", "-f", "FILE"],
  ["delete", "configmap", "none", "--ignore-not-found"],
  ["logs", "-l", "eventlistener=pushes"],
  ["el", "logs", "pushes"],
  ["el", "list", "-o", "json"],
  ["el", "describe", "pushes", "-o", "yaml"],
];

test("docs/dashboard.md says which endpoints each command asks", async (t) => {
  const asking = tableBelow("| command | endpoints |");
  const others = tableBelow("| command | because |");
  const named = [...asking, ...others].flatMap(({ commands }) => commands);
  deepEqual(
    [...new Set(await leafCommands([]))].filter((name) => !named.includes(name)),
    [],
  );
  deepEqual(
    Object.keys(calls),
    asking.flatMap(({ commands }) => commands).filter((name) => !name.startsWith("dashboard")),
  );

  const { site, readersKubeconfig } = await stage(t);
  const { up } = site;
  const names = await endpointNames();
  const file = join(up.dataDir, "objects.yaml");
  const sent = await fetch(`${up.hooks}/default/pushes`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: Buffer.from('{"ref":"\u00ff"}', "latin1"),
  });
  const { eventID: binary } = (await sent.json()) as { readonly eventID: string };
  const asked = async (args: readonly string[]): Promise<readonly string[]> => {
    const filled = args.map((arg) =>
      arg.replace("FILE", file).replace("BINARY", binary).replace("READER", readersKubeconfig),
    );
    const { stderr } = await up.tektite(filled, { cwd: up.dataDir, env: { NODE_DEBUG: "tektite" } });
    return [...stderr.matchAll(/^TEKTITE \d+: (GET|POST) \/api\/([^?\s]+)/gm)].map(([, method, path = ""]) => {
      const isSame = (pattern: string) => new RegExp(`^${pattern.replaceAll(/:\w+/g, "[^/]+")}$`).test(path);
      const name = names.find((candidate) => candidate.method === method && isSame(candidate.path));
      return `${method} /api/${name?.path.replaceAll(/:(\w+)/g, (_, variable: string) => variable.toUpperCase())}`;
    });
  };
  for (const { commands, cell } of asking) {
    for (const command of commands.filter((name) => Object.hasOwn(calls, name))) {
      await t.test(`tektite ${command}`, async () => {
        const found = new Set<string>();
        for (const args of calls[command] ?? []) {
          for (const endpoint of await asked([...command.split(" "), ...args])) found.add(endpoint);
        }
        deepEqual([...found].sort(), [...cell.matchAll(/`((?:GET|POST) [^`]+)`/g)].map(([, text = ""]) => text).sort());
      });
    }
  }
  for (const args of othersCalls)
    await t.test(`tektite ${args.join(" ")}`, async () => deepEqual(await asked(args), []));
});

/** The commands that have no commands below them, and `dashboard` itself. */
async function leafCommands(path: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await runTektite([...path, "--help"]);
  const section = stdout.split("Commands:\n")[1]?.split("\n\n")[0];
  if (section === undefined) return [path.join(" ")];
  const below = [...section.matchAll(/^ {2}([a-z-]+)(?:\|\S+)? .*$/gm)].map(([, name = ""]) => name);
  ok(below.length > 0);
  const found: string[] = [];
  for (const name of below.filter((name) => name !== "help")) found.push(...(await leafCommands([...path, name])));
  return found;
}
