import { deepEqual, equal, match } from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { SqliteJournal } from "../src/store/journal/sqlite-journal.ts";
import { eventually, startUp, temporaryFolder } from "./harness.ts";
import { account, mayDoAll, webhookSecret } from "./manifests.ts";

const manifests = `${[webhookSecret("s3cret"), account("events"), mayDoAll("events"), account("reader"), ""].join("---\n")}apiVersion: triggers.tekton.dev/v1beta1
kind: EventListener
metadata: {name: events}
spec:
  serviceAccountName: events
  triggers:
    - name: branch
      interceptors:
        - ref: {name: gitlab}
          params:
            - {name: secretRef, value: {secretName: webhook, secretKey: token}}
            - {name: eventTypes, value: [Push Hook]}
        - ref: {name: cel}
          params: [{name: filter, value: "body.ref.startsWith('refs/heads/')"}]
      bindings: [{name: ref, value: $(body.ref)}]
      template:
        spec:
          params: [{name: ref}]
          resourcetemplates:
            - apiVersion: v1
              kind: ConfigMap
              metadata: {generateName: pushed-}
              data: {ref: $(tt.params.ref)}
`;

const trunk = manifests
  .slice(manifests.indexOf("apiVersion: triggers"))
  .replace("refs/heads/", "refs/")
  .replace("data: {ref: $(tt.params.ref)}", "data: {ref: $(tt.params.ref), kind: ref}");

test("events are listed, explained, replayed, exported, and tried against another configuration", async (t) => {
  const dataDir = temporaryFolder(t);
  const file = join(dataDir, "events.yaml");
  writeFileSync(file, manifests);
  const up = await startUp(t, { dataDir, args: ["-f", file] });
  const send = async (ref: string, token = "s3cret") => {
    const answer = await eventually("the listener to accept", async () => {
      const response = await fetch(`${up.hooks}/default/events`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-gitlab-event": "Push Hook", "x-gitlab-token": token },
        body: JSON.stringify({ ref, project: { path_with_namespace: "acme/shop" } }),
      });
      return response.status === 202 ? ((await response.json()) as { eventID: string }) : undefined;
    });
    await eventually("its verdict", async () => {
      const shown = await up.tektite(["events", "show", answer.eventID, "-o", "json"]);
      return /"finished": true/.test(shown.stdout) ? true : undefined;
    });
    return answer.eventID;
  };
  const branch = await send("refs/heads/main");
  const tag = await send("refs/tags/v1");
  const forged = await send("refs/heads/main", "wrong");

  const listed = await up.tektite(["events", "list", "-o", "name"]);
  deepEqual(
    listed.stdout.trim().split("\n"),
    [forged, tag, branch].map((id) => `triggerevent.events.tektite.dev/${id}`),
  );
  const filtered = await up.tektite(["events", "list", "--verdict", "filtered", "--repository", "SHOP"]);
  match(filtered.stdout, new RegExp(`^ID .*VERDICTS\\n${tag} .* Push Hook +acme/shop +branch: filtered\\n$`));
  match((await up.kubectl("new", ["get", "triggerevents"])).stdout, /NAME +LISTENER +REPOSITORY +VERDICTS +AGE\n/);
  const wide = await up.kubectl("new", ["get", "triggerevents", "-o", "wide"]);
  match(wide.stdout, /NAME +LISTENER +REPOSITORY +VERDICTS +AGE +MESSAGE\n/);
  match(wide.stdout, /filtered +\S+ +\S.*\n/);

  const searched = await up.tektite(["events", "list", "--text", "REFS/TAGS", "-o", "name"]);
  equal(searched.stdout, `triggerevent.events.tektite.dev/${tag}\n`);

  const explained = await up.tektite(["events", "explain", tag.slice(0, 13)]);
  match(explained.stdout, /Trigger branch did not run: its filter was false\.\n/);
  match(explained.stdout, /body\.ref was "refs\/tags\/v1"/);
  match(
    (await up.tektite(["events", "explain", forged])).stdout,
    /sender could not be verified by the gitlab interceptor[\s\S]*\n`tektite doctor el \S+` finds out why/,
  );
  // Secrets are stored as hashes only.
  equal((await up.tektite(["events", "show", branch, "-o", "json"])).stdout.includes("s3cret"), false);

  const replayed = await up.tektite(["events", "replay", branch, "--wait"]);
  match(replayed.stdout, /Trigger branch ran: it created ConfigMap default\/pushed-/);
  const again = await up.tektite(["events", "replay", /replayed as (\S+)/.exec(replayed.stdout)?.[1] ?? "", "--wait"]);
  match(again.stdout, /Trigger branch ran/);
  match((await up.tektite(["events", "list", "-o", "wide"])).stdout, new RegExp(`${branch} +branch: created pushed-`));

  const exported = await up.tektite([
    "events",
    "export",
    tag,
    "--format",
    "test",
    "--file",
    join(dataDir, "tag.test.yaml"),
  ]);
  equal(exported.exitCode, 0, exported.stderr);
  const request = await up.tektite(["events", "export", tag]);
  match(request.stdout, /^POST \/ HTTP\/1\.1\n[\s\S]*\n\n\{"ref":"refs\/tags\/v1"/);

  const tail = await up.tektite(["events", "tail", "--since", "1h"], { timeoutMs: 3_000 });
  match(tail.stdout, new RegExp(`  ${tag}  events  Push Hook  acme/shop  branch: filtered\\n`));
  match(tail.stdout, new RegExp(`  ${forged}  events  Push Hook  acme/shop  branch: rejected\\n`));
  equal(tail.stdout.split(tag).length, 2, "each verdict is told once");

  // Another account's rights count.
  const refused = await up.kubectl("new", ["get", "triggerevents", "--as", "system:serviceaccount:default:reader"]);
  match(refused.stderr, /cannot list resource "triggerevents" in API group "events\.tektite\.dev"/);

  const changed = join(dataDir, "changed.yaml");
  writeFileSync(changed, trunk);
  const configured = await up.tektite(["events", "replay", tag, "-f", changed]);
  match(configured.stdout, /replayed as [-0-9a-f]{36}\n {2}Trigger branch ran: it created ConfigMap default\/pushed-/);
  const made = /ConfigMap default\/(\S+)\./.exec(configured.stdout)?.[1] ?? "";
  const object = await up.tektite(["get", "configmap", made, "-o", "json"]);
  match(object.stdout, new RegExp(`"tektite.dev/replay-of": "${tag}"`));

  const backtest = await up.tektite(["backtest", "-f", changed, "--since", "1h"]);
  match(
    backtest.stdout,
    new RegExp(`event ${tag} [^\\n]*\\n  \\+ trigger branch would run: ConfigMap default/pushed-`),
  );
  match(backtest.stdout, /\n {6}param ref = "refs\/tags\/v1"\n {6}so far: filtered by cel\n/);
  match(
    backtest.stdout,
    /~ trigger branch would run differently: [^\n]*\n {6}ConfigMap default\/pushed-…: data.kind: nothing -> "ref"/,
  );
  match(backtest.stdout, /events: 5, runs added: 1, removed: 0, changed: 3, the same: 0\n$/);
});

test("a text is looked for in all stored events, however many newer ones there are", async (t) => {
  const dataDir = temporaryFolder(t);
  const opened = await SqliteJournal.open(join(dataDir, "events.db"));
  if (!opened.ok) throw new Error(opened.error);
  const accept = (number: number) =>
    opened.value.accept({
      id: `event-${number}`,
      listener: { namespace: "default", name: "el" },
      receivedAtMs: Date.now() - 10_000 + number,
      method: "POST",
      url: "/",
      header: {},
      body: Buffer.from(JSON.stringify({ note: number < 2 ? "needle" : "hay" })),
    });
  await Promise.all(Array.from({ length: 2_500 }, (_, number) => accept(number)));
  await opened.value.close();
  const up = await startUp(t, { dataDir });
  const found = await up.tektite(["events", "list", "--text", "needle", "-o", "name"]);
  deepEqual(found.stdout.trim().split("\n"), [
    "triggerevent.events.tektite.dev/event-1",
    "triggerevent.events.tektite.dev/event-0",
  ]);
  const one = await up.tektite(["events", "list", "--text", "needle", "--limit", "1", "-o", "name"]);
  equal(one.stdout, "triggerevent.events.tektite.dev/event-1\n");

  // Their listener is gone: each is tried, and each refusal told.
  const replayed = await up.tektite(["events", "replay", "--text", "needle", "--wait"]);
  equal(replayed.exitCode, 1);
  equal(
    replayed.stderr,
    ["event-0", "event-1"]
      .map(
        (id) =>
          `event ${id} was not replayed: from server (Conflict): EventListener "el" does not run in namespace "default"\n`,
      )
      .concat("error: 2 of 2 not replayed\n")
      .join(""),
  );
});
