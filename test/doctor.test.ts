import { deepEqual, doesNotMatch, equal, match, ok } from "node:assert/strict";
import { createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { eventually, startUp, temporaryFolder } from "./harness.ts";
import { account, mayDoAll, mayListen, webhookSecret } from "./manifests.ts";

const roles = [webhookSecret("s3cret\n"), account("sick"), mayListen("sick")].join("---\n");

const listener = `
apiVersion: triggers.tekton.dev/v1beta1
kind: EventListener
metadata: {name: sick}
spec:
  serviceAccountName: sick
  triggers:
    - triggerRef: gone
    - name: signed
      interceptors:
        - ref: {name: github}
          params: [{name: secretRef, value: {secretName: webhook, secretKey: token}}]
      template:
        spec:
          resourcetemplates:
            - {apiVersion: tekton.dev/v1, kind: PipelineRun, metadata: {generateName: x-}, spec: {pipelineRef: {name: missing}}}
            - {apiVersion: tekton.dev/v1, kind: PipelineRun, metadata: {generateName: x-}, spec: {pipelineRef: {name: build}, params: [{name: url, value: u}]}}
            - {apiVersion: tekton.dev/v1, kind: TaskRun, metadata: {generateName: x-}, spec: {taskRef: {name: lint}, workspaces: [{name: source, emptyDir: {}}]}}
    - name: open
      interceptors:
        - ref: {name: cel}
          params: [{name: filter, value: "body.branch == 'main'"}]
      bindings: [{name: sha, value: $(body.after)}]
      template:
        spec:
          params: [{name: sha}]
          resourcetemplates:
            - {apiVersion: v1, kind: ConfigMap, metadata: {generateName: x-}, data: {sha: $(tt.params.sha)}}
---
apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: build}
spec:
  params: [{name: url}, {name: revision}, {name: depth, default: "1"}, {name: files, type: array}]
  workspaces: [{name: source}, {name: cache, optional: true}]
  tasks: [{name: lint, taskRef: {name: lint}, workspaces: [{name: source}]}]
---
apiVersion: tekton.dev/v1
kind: Task
metadata: {name: lint}
spec:
  params: [{name: level, default: strict}]
  workspaces: [{name: source}]
  steps: [{name: lint, image: docker.io/library/busybox, script: "true"}]
`;

test("doctor tells what keeps a listener silent", async (t) => {
  const dataDir = temporaryFolder(t);
  const file = join(dataDir, "sick.yaml");
  writeFileSync(file, `${roles}---${listener}`);
  const up = await startUp(t, { dataDir, args: ["-f", file] });
  const body = JSON.stringify({ ref: "refs/heads/main" });
  const signature = `sha256=${createHmac("sha256", "s3cret").update(body).digest("hex")}`;
  const send = (content: string) =>
    fetch(`${up.hooks}/default/sick`, { method: "POST", headers: { "x-hub-signature-256": signature }, body: content });
  await eventually("the listener to accept", async () => ((await send(body)).status === 202 ? true : undefined));
  equal((await send("payload=%7B%7D")).status, 400);
  await eventually("its verdicts", async () => {
    const { stdout } = await up.tektite(["events", "show", "-o", "json"]);
    return /"finished": true/.test(stdout) ? true : undefined;
  });

  const none = await up.tektite(["doctor", "el", "healthy"]);
  equal(none.stderr, "error: there is no EventListener healthy in namespace default\n");
  equal((await up.tektite(["doctor", "-n", "empty"])).stderr, "error: there is no EventListener in namespace empty\n");
  equal((await up.tektite(["doctor", "--since", "long"])).exitCode, 2);

  const { stdout, stderr, exitCode } = await up.tektite(["doctor", "el", "sick"]);
  equal(exitCode, 1, stderr);
  for (const wanted of [
    /^EventListener default\/sick\n/,
    /✓ readiness: the listener takes events\n/,
    /✗ permissions: system:serviceaccount:default:sick may not create configmaps in namespace default\n/,
    /✗ references: the EventListener names Trigger gone, which is not in namespace default\n/,
    /✗ references: trigger signed: key token of Secret webhook has white space around it\n/,
    /✗ references: trigger signed: its PipelineRun names Pipeline missing, which is not in namespace default\n/,
    /✗ params: trigger signed: its PipelineRun does not give Pipeline build the params revision, files: it fails at once\n +add to spec\.params of the PipelineRun in its template\n/,
    /✗ workspaces: trigger signed: its PipelineRun does not give Pipeline build the workspace source: it fails at once\n/,
    /! signatures: trigger open does not verify senders/,
    /✗ requests: 1 request was refused, as its body is no JSON object: /,
    /✗ signatures: trigger signed: 1 event could not be verified, such as [-0-9a-f]{36}: the stored secret ends in a line break/,
    /! triggers: trigger open has not run for the only event that it was asked about: it did not run: its filter could not be evaluated on it \(no such key: branch\)/,
    /! paths: trigger open: its filter reads body\.branch: the only event does not have it\n/,
    /! paths: trigger open: param sha reads \$\(body\.after\): the only event does not have it\n/,
  ]) {
    match(stdout, wanted);
  }
  doesNotMatch(stdout, /Task lint/, "its TaskRun gives all that it wants");
});

/**
 * A listener whose one trigger verifies senders with a key of the Secret `keys`; those of Gitea with the one that has
 * the listener's name, too.
 */
function signedListener(name: string, { interceptor = "github", secret = name } = {}): string {
  return `
apiVersion: triggers.tekton.dev/v1beta1
kind: EventListener
metadata: {name: ${name}}
spec:
  serviceAccountName: sick
  triggers:
    - name: signed
      interceptors:
        - ref: {name: ${interceptor}}
          params:
            - {name: secretRef, value: {secretName: keys, secretKey: ${secret}}}
            - {name: secretRefs, value: [{secretName: keys, secretKey: ${name}}]}
      template:
        spec:
          resourcetemplates:
            - {apiVersion: tekton.dev/v1, kind: PipelineRun, metadata: {generateName: x-}, spec: {pipelineSpec: {tasks: []}}}
`;
}

const hmac = (algorithm: string, secret: string, body: string) =>
  createHmac(algorithm, secret).update(body).digest("hex");
const pushed = '{"ref":"refs/heads/main","commits":[]}';
const json = { "content-type": "application/json" };

/** What senders and those in between do wrong, and what doctor is to say of it. */
const unverified = [
  {
    name: "line-break",
    stored: "s3cret\\n",
    headers: { ...json, "x-hub-signature-256": `sha256=${hmac("sha256", "s3cret", pushed)}` },
    body: pushed,
    want: "the stored secret ends in a line break: store it without",
  },
  {
    name: "other-secret",
    stored: "s3cret",
    headers: { ...json, "x-hub-signature-256": `sha256=${hmac("sha256", "another", pushed)}` },
    body: pushed,
    want: "the Secret and the secret in the settings of the webhook differ: set the same in both",
  },
  {
    name: "base64-twice",
    stored: "czNjcmV0",
    headers: { ...json, "x-hub-signature-256": `sha256=${hmac("sha256", "s3cret", pushed)}` },
    body: pushed,
    want: "the stored secret is encoded with base64 twice",
  },
  {
    name: "proxy",
    stored: "s3cret",
    headers: { ...json, "x-hub-signature-256": `sha256=${hmac("sha256", "s3cret", pushed)}` },
    body: JSON.stringify(JSON.parse(pushed), null, 2),
    want: "a proxy in between has changed the body (the JSON was written anew): let it pass bodies on byte for byte",
  },
  {
    name: "sha1",
    stored: "s3cret",
    headers: { ...json, "x-hub-signature": `sha1=${hmac("sha1", "s3cret", pushed)}` },
    body: pushed,
    want: "the sender signs with SHA-1 only (X-Hub-Signature), which is not accepted: use a version of it that sends X-Hub-Signature-256; the secret is the right one",
  },
  {
    name: "unsigned",
    stored: "s3cret",
    headers: json,
    body: pushed,
    want: "the sender does not sign: no signature header came with the event",
  },
  {
    name: "gitea",
    interceptor: "gitea",
    stored: " s3cret",
    headers: { ...json, "x-gitea-event": "push", "x-gitea-signature": hmac("sha256", "s3cret", pushed) },
    body: pushed,
    want: "the stored secret has white space around it: store it without",
  },
  {
    name: "rotated",
    interceptor: "gitea",
    secret: "other-secret",
    stored: "n3w\\n",
    headers: { ...json, "x-gitea-event": "push", "x-gitea-signature": hmac("sha256", "n3w", pushed) },
    body: pushed,
    want: "the stored secret ends in a line break: store it without",
  },
  {
    name: "gitlab",
    interceptor: "gitlab",
    stored: "s3cret",
    headers: { ...json, "x-gitlab-event": "Push Hook", "x-gitlab-token": "another" },
    body: pushed,
    want: "the Secret and the secret token in the settings of the webhook differ: set the same in both",
  },
];

const unfit = `
apiVersion: triggers.tekton.dev/v1beta1
kind: EventListener
metadata: {name: form, annotations: {tekton.dev/payload-validation: "false"}}
spec:
  serviceAccountName: sick
  triggers:
    - name: form
      interceptors: [{ref: {name: github}}]
      template: {spec: {resourcetemplates: [{apiVersion: tekton.dev/v1, kind: TaskRun, metadata: {generateName: x-}}]}}
---
apiVersion: triggers.tekton.dev/v1beta1
kind: EventListener
metadata: {name: lost}
spec:
  serviceAccountName: nobody
  triggers:
    - name: references
      serviceAccountName: neither
      interceptors:
        - {ref: {name: gone-interceptor}}
        - {ref: {name: gitea}, params: [{name: secretRef, value: {secretName: keys, secretKey: no-such-key}}]}
        - ref: {name: cel}
          params:
            - {name: filter, value: "header.canonical('X-Token').compareSecret('token', 'gone-secret')"}
            - {name: overlays, value: [{key: a, expression: Body.x}]}
      bindings: [{ref: gone-binding}, {ref: gone-wide-binding, kind: ClusterTriggerBinding}]
      template: {ref: gone-template}
---
apiVersion: triggers.tekton.dev/v1beta1
kind: EventListener
metadata: {name: misspelt}
spec:
  serviceAccountName: sick
  triggers:
    - name: t
      interceptors:
        - {ref: {name: cel}, params: [{name: filtr, value: "false"}]}
        - {ref: {name: github}, params: [{name: secretRef, value: {secretName: keys, key: gitea}}]}
      bindings: [{name: url, value: $(body.url}]
      template:
        spec:
          params: [{name: url}]
          resourcetemplates:
            - {apiVersion: tekton.dev/v1, kind: PipelineRunn, metadata: {generateName: x-}}
            - {apiVersion: tekton.dev/v2, kind: TaskRun, metadata: {generateName: x-}}
            - apiVersion: tekton.dev/v1
              kind: TaskRun
              metadata: {generateName: x-}
              spec: {params: [{name: url, value: "$(params.url) $(tt.params.url)"}]}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: powerless}
---
apiVersion: triggers.tekton.dev/v1beta1
kind: EventListener
metadata: {name: powerless}
spec:
  serviceAccountName: powerless
  triggers:
    - name: t
      interceptors: [{ref: {name: github}}]
      bindings: [{name: sha, value: $(body.sha)}, {name: branhc, value: $(body.ref)}]
      template:
        spec:
          params: [{name: sha}, {name: branch}, {name: unused}]
          resourcetemplates:
            - apiVersion: tekton.dev/v1
              kind: TaskRun
              metadata: {generateName: "$(tt.params.branch)-", labels: {sha: $(tt.params.sha)}}
`;

test("doctor tells every cause of a signature that fails, and every missing reference and permission", async (t) => {
  const dataDir = temporaryFolder(t);
  const file = join(dataDir, "sick.yaml");
  const keys = unverified.map(({ name, stored }) => `  ${name}: "${stored}"`).join("\n");
  const secret = `\napiVersion: v1\nkind: Secret\nmetadata: {name: keys}\nstringData:\n${keys}\n`;
  const listeners = unverified.map(({ name, interceptor, secret }) =>
    signedListener(name, { ...(interceptor ? { interceptor } : {}), ...(secret ? { secret } : {}) }),
  );
  writeFileSync(file, [roles, secret, ...listeners, unfit].join("---"));
  const up = await startUp(t, { dataDir, args: ["-f", file] });
  const send = async (name: string, headers: Readonly<Record<string, string>>, body: string) => {
    const post = () => fetch(`${up.hooks}/default/${name}`, { method: "POST", headers, body });
    await eventually(`${name} to accept`, async () => ((await post()).status === 202 ? true : undefined));
  };
  for (const { name, headers, body } of unverified) await send(name, headers, body);
  await send("form", { "content-type": "application/x-www-form-urlencoded" }, "payload=%7B%7D");
  await eventually("the verdicts", async () => {
    const { stdout } = await up.tektite(["events", "list", "-o", "json"]);
    const events = JSON.parse(stdout) as { items: readonly { status?: { finished?: boolean } }[] };
    return events.items.every(({ status }) => status?.finished === true) ? true : undefined;
  });

  const { stdout, exitCode } = await up.tektite(["doctor", "-o", "json"]);
  equal(exitCode, 1);
  const reports = (
    JSON.parse(stdout) as {
      listeners: readonly {
        listener: string;
        findings: readonly { check: string; level: string; message: string; hint?: string }[];
      }[];
    }
  ).listeners;
  const findings = (name: string, check: string) =>
    (reports.find(({ listener }) => listener === `default/${name}`)?.findings ?? [])
      .filter((finding) => finding.check === check && finding.level !== "ok")
      .map(({ message }) => message);
  for (const { name, want } of unverified) {
    const [first = "nothing was found"] = findings(name, "signatures");
    ok(first.includes(want), `${name}: ${first}`);
  }
  match(findings("form", "triggers").join("\n"), /please change the hook to send JSON payloads/);
  deepEqual(findings("lost", "references"), [
    "the EventListener's ServiceAccount nobody is not in namespace default",
    "trigger references: TriggerBinding gone-binding does not exist",
    "trigger references: ClusterTriggerBinding gone-wide-binding does not exist",
    "trigger references: TriggerTemplate gone-template does not exist",
    "trigger references: ClusterInterceptor gone-interceptor does not exist",
    "trigger references: the gitea interceptor needs Secret keys, key no-such-key: cannot find no-such-key key in secret default/keys",
    'trigger references: the cel interceptor needs Secret gone-secret, key token: secrets "gone-secret" not found',
    "trigger references: ServiceAccount neither is not in namespace default",
  ]);
  deepEqual(findings("lost", "expressions"), [
    "trigger references: its overlay a is no valid CEL: line 1, column 1: undeclared reference to 'Body' (in container ''); there is body",
  ]);
  equal(findings("lost", "events").length, 1);
  deepEqual(findings("misspelt", "references"), [
    "trigger t: the secretRef of the github interceptor lacks its secretName or its secretKey",
    "trigger t: its template makes a PipelineRunn of tekton.dev/v1, a kind that this server does not have",
    "trigger t: its template makes a TaskRun of tekton.dev/v2, a kind that this server does not have",
  ]);
  deepEqual(findings("misspelt", "params"), [
    "trigger t: the cel interceptor knows no param filtr, and goes on without it",
    "trigger t: the github interceptor knows no param secretRef.key, and goes on without it",
    "trigger t: the value of param url, $(body.url, stays as it is",
    "trigger t: $(params.url) in the params of its template's run stays as it is",
  ]);
  deepEqual(findings("misspelt", "signatures"), []);
  const denied = findings("powerless", "permissions");
  for (const wanted of [
    "may not get, list, watch eventlisteners, triggers, triggerbindings, triggertemplates, interceptors of triggers.tekton.dev in namespace default",
    "may not get, list, watch clustertriggerbindings, clusterinterceptors of triggers.tekton.dev in the whole cluster",
    "may not create taskruns.tekton.dev in namespace default",
  ]) {
    ok(denied.includes(`system:serviceaccount:default:powerless ${wanted}`), `${wanted}\n${denied.join("\n")}`);
  }
  const hints = (reports.find(({ listener }) => listener === "default/powerless")?.findings ?? [])
    .filter(({ check }) => check === "permissions")
    .map(({ hint }) => hint);
  deepEqual(
    [...new Set(hints)],
    [
      "kubectl create rolebinding powerless-eventlistener-roles --clusterrole=tekton-triggers-eventlistener-roles --serviceaccount=default:powerless -n default",
      "kubectl create clusterrolebinding default-powerless-eventlistener-clusterroles --clusterrole=tekton-triggers-eventlistener-clusterroles --serviceaccount=default:powerless",
    ],
  );
  deepEqual(findings("powerless", "params"), [
    "trigger t: param branch of its template has neither a binding nor a default: $(tt.params.branch) stays in its objects as it is",
  ]);
  match(findings("powerless", "readiness").join("\n"), /the listener does not take events/);
});

const lone = `
apiVersion: triggers.tekton.dev/v1beta1
kind: EventListener
metadata: {name: alone}
spec: {serviceAccountName: alone, triggers: []}
`;

test("doctor says that nobody serves a listener", async (t) => {
  const up = await startUp(t, { dataDir: temporaryFolder(t), args: ["--no-controllers"] });
  equal((await up.tektite(["apply", "-"], { stdin: [account("alone"), lone].join("---\n") })).exitCode, 0);
  const { stdout, exitCode } = await up.tektite(["doctor", "el", "alone"]);
  match(
    stdout,
    /✗ readiness: the listener does not take events: nothing has begun to serve it, as its status is empty\n/,
  );
  equal(exitCode, 1);
  // As Tekton's controller leaves it where no pod is made.
  const status = {
    conditions: [
      { type: "Ready", status: "True" },
      { type: "Service", status: "True" },
    ],
  };
  const patch = [
    "patch",
    "eventlistener",
    "alone",
    "--subresource=status",
    "--type=merge",
    "-p",
    JSON.stringify({ status }),
  ];
  equal((await up.kubectl("new", patch)).exitCode, 0);
  const podless = await up.tektite(["doctor", "el", "alone"]);
  match(podless.stdout, /✗ readiness: the listener does not take events: its Deployment has no pod that is ready\n/);
});

/** A listener that verifies senders, with these bindings. */
const mended = (bindings: string) => `
apiVersion: triggers.tekton.dev/v1beta1
kind: EventListener
metadata: {name: mended}
spec:
  serviceAccountName: mended
  triggers:
    - name: signed
      interceptors:
        - ref: {name: github}
          params: [{name: secretRef, value: {secretName: webhook, secretKey: token}}]
      bindings: [${bindings}]
      template: {spec: {resourcetemplates: [{apiVersion: v1, kind: ConfigMap, metadata: {generateName: x-}}]}}
`;

test("doctor does not hold refusals against a listener that has verified senders since", async (t) => {
  const dataDir = temporaryFolder(t);
  const file = join(dataDir, "mended.yaml");
  writeFileSync(file, [webhookSecret("s3cret"), account("mended"), mayDoAll("mended"), mended("")].join("---\n"));
  const up = await startUp(t, { dataDir, args: ["-f", file] });
  const send = async (secret: string, verdict: string) => {
    const headers = { ...json, "x-hub-signature-256": `sha256=${hmac("sha256", secret, pushed)}` };
    await eventually(
      "an answer",
      async () =>
        (await fetch(`${up.hooks}/default/mended`, { method: "POST", headers, body: pushed })).status === 202 ||
        undefined,
    );
    await eventually(
      verdict,
      async () => (await up.tektite(["events", "list", "--verdict", verdict])).stdout.includes(verdict) || undefined,
    );
  };
  await send("another", "rejected");
  const before = await up.tektite(["doctor", "el", "mended"]);
  match(before.stdout, /✗ signatures: trigger signed: 1 event could not be verified/);
  equal(before.exitCode, 1);
  await send("s3cret", "created");
  const after = await up.tektite(["doctor", "el", "mended"]);
  match(after.stdout, /! signatures: trigger signed: 1 event could not be verified.*\n {6}it has run since/);
  equal(after.exitCode, 0, after.stdout);

  // What is refused after that is a problem again, until the next event.
  const refused = () =>
    fetch(`${up.hooks}/default/mended`, {
      method: "POST",
      body: "\u0001",
      headers: { "content-type": "text/plain" },
    });
  equal((await refused()).status, 400);
  match(
    (await up.tektite(["doctor", "el", "mended"])).stdout,
    /✗ requests: 1 request was refused, .*: invalid character '\\x01' looking for beginning of value\n/,
  );
  await send("s3cret", "created");
  const settled = await eventually("an event after the refusal", async () => {
    const { stdout, exitCode } = await up.tektite(["doctor", "el", "mended"]);
    return /! requests: 1 request was refused.*\n {6}events have come in since\n/.test(stdout) ? exitCode : undefined;
  });
  equal(settled, 0);

  // A path that begins with no part of an event.
  equal((await up.tektite(["apply", "-"], { stdin: mended("{name: ref, value: $(bodi.ref)}") })).exitCode, 0);
  match(
    (await up.tektite(["doctor", "el", "mended"])).stdout,
    /param ref reads \$\(bodi\.ref\): none of 2 events has it\n {6}paths begin with body, header, extensions or context\n/,
  );

  // It fails now, after it has run.
  await send("s3cret", "failed");
  const failing = await up.tektite(["doctor", "el", "mended"]);
  match(
    failing.stdout,
    /✗ triggers: trigger signed has failed on 1 event since it ran last; the newest: it failed: a binding could not be read/,
  );
  equal(failing.exitCode, 1);
});
