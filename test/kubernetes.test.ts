import { deepEqual, equal, match, ok } from "node:assert/strict";
import { createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";
import { request as httpsRequest } from "node:https";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { connect as connectTls } from "node:tls";
import { type JsonObject, member } from "../src/json/value.ts";
import { issueCertificateSet } from "../src/kube/certificate-set.ts";
import { clusterInterceptors, deployments, services } from "../src/kube/known-resources.ts";
import { freePort } from "./free-port.ts";
import { eventually, runTektite } from "./harness.ts";
import { applicable, containerOf, installCluster, type Printed } from "./installed-cluster.ts";
import { account, echoListener, mayListen, webhookSecret } from "./manifests.ts";
import { startPostgres } from "./postgres.ts";
import { Role } from "./role.ts";

/** The certificate that is served at a port of this machine. */
function certificateAt(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.once("error", reject);
  });
}

test("the roles of an installation run a cluster's event listeners together", { timeout: 150_000 }, async (t) => {
  const cluster = await installCluster(t);
  const { folder, client, apply, get, accessOf } = cluster;

  const system = { SYSTEM_NAMESPACE: "tekton-pipelines" };
  const metricsPorts: number[] = [];
  const startController = async (healthPort: number) => {
    const metricsPort = await freePort();
    metricsPorts.push(metricsPort);
    return new Role(
      t,
      [
        "controller",
        "-el-image=tektite:test",
        "-el-journal=emptyDir",
        `-health-port=${healthPort}`,
        "-kubeconfig",
        await accessOf("tekton-pipelines", "tekton-triggers-controller"),
      ],
      {
        ...system,
        METRICS_PROMETHEUS_PORT: String(metricsPort),
        KUBERNETES_MIN_VERSION: "v1.28.0",
        CONFIG_LEADERELECTION_NAME: "config-leader-election-triggers-controller",
      },
    );
  };
  const webhookPorts = [await freePort(), await freePort()] as const;
  const startWebhook = async (port: number, more: readonly string[] = []) => {
    const access = await accessOf("tekton-pipelines", "tekton-triggers-webhook");
    const flags = [`-health-port=${await freePort()}`, "-drain-delay=0", "-certificate-overlap-seconds=1"];
    return new Role(t, ["webhook", ...flags, "-kubeconfig", access, ...more], {
      ...system,
      WEBHOOK_PORT: String(port),
      CONFIG_LEADERELECTION_NAME: "config-leader-election-triggers-webhook",
    });
  };
  const interceptorsPort = await freePort();
  const controllers = [await startController(await freePort()), await startController(await freePort())];
  const webhook = await startWebhook(webhookPorts[0]);
  const startInterceptors = async (port: number, more: readonly string[] = []) => {
    const access = await accessOf("tekton-pipelines", "tekton-triggers-core-interceptors");
    const flags = [`-port=${port}`, "-drain-delay=0", "-certificate-overlap-seconds=1"];
    // No name server here knows their Service.
    const env = { ...system, INTERCEPTOR_TLS_SVC_NAME: "localhost" };
    return new Role(t, ["interceptors", ...flags, "-kubeconfig", access, ...more], env);
  };
  const interceptors = await startInterceptors(interceptorsPort);
  // What kube-proxy and the endpoints controller are for on a cluster.
  const routeWebhookTo = async (port: number) => {
    const endpoints = `
apiVersion: v1
kind: Endpoints
metadata: {name: tekton-triggers-webhook, namespace: tekton-pipelines}
subsets: [{addresses: [{ip: 127.0.0.1}], ports: [{name: https-webhook, port: ${port}}]}]`;
    equal((await apply(endpoints)).exitCode, 0);
  };
  await routeWebhookTo(webhookPorts[0]);

  const configuration = async () =>
    (await get("validatingwebhookconfigurations", "validation.webhook.triggers.tekton.dev"))[0];
  await eventually("the webhook completed its configuration", async () => {
    const found = (await configuration())?.webhooks?.[0];
    return found?.rules !== undefined && found.clientConfig.caBundle !== undefined ? true : undefined;
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${webhook.output}`);
  });

  await t.test("the webhook denies what is wrong and defaults what is left out", async () => {
    const denied = await eventually("an invalid object is denied", async () => {
      const answer = await apply(
        "apiVersion: triggers.tekton.dev/v1beta1\nkind: EventListener\nmetadata: {name: bad, namespace: default}\nspec: {}",
      );
      return answer.exitCode === 0 || !answer.stderr.includes("denied the request") ? undefined : answer.stderr;
    });
    match(denied, /validation failed: expected exactly one, got neither: spec\.labelSelector/);
  });

  const applied = await apply(listener);
  equal(applied.exitCode, 0, applied.stderr);
  await t.test("the controller makes Deployment and Service, and tells the address", async () => {
    const made = await eventually("the EventListener has an address", async () => {
      const [found] = await get("eventlisteners", "push", "-n", "default");
      return member(found?.status?.["address"], "url") === undefined ? undefined : found;
    });
    equal(member(made.status?.["address"], "url"), "http://el-push.default.svc.cluster.local:8080");
    const [deployment] = await get("deployments", "el-push", "-n", "default");
    equal(containerOf(deployment).image, "tektite:test");
    equal((await get("services", "el-push", "-n", "default")).length, 1);
  });

  await t.test(
    "replicas and annotations that somebody sets stay, the rest is put right, and then all is quiet",
    async () => {
      const key = { namespace: "default", name: "el-push" };
      const edits = [
        { op: "add", path: "/metadata/labels/foreign", value: "x" },
        { op: "add", path: "/metadata/annotations", value: { mine: "kept" } },
        { op: "replace", path: "/spec/replicas", value: 3 },
        { op: "replace", path: "/spec/template/spec/containers/0/image", value: "other" },
      ];
      ok((await client.patch(deployments, key, { type: "json", body: edits })).ok);
      ok((await client.delete(services, key)).ok);
      const [deployment, service] = await eventually("both are as they should be", async () => {
        const found = [await client.get(deployments, key), await client.get(services, key)] as const;
        if (!found[0].ok || !found[1].ok) return undefined;
        const { image } = containerOf(found[0].value as unknown as Printed);
        return image === "tektite:test" ? ([found[0].value, found[1].value] as const) : undefined;
      });
      equal(deployment.metadata.labels?.["foreign"], undefined);
      equal(deployment.metadata.annotations?.["mine"], "kept");
      equal(member(deployment["spec"] as JsonObject, "replicas"), 3);
      await sleep(1_000);
      for (const [resource, seen] of [
        [deployments, deployment],
        [services, service],
      ] as const) {
        const now = await client.get(resource, key);
        equal(now.ok && now.value.metadata.resourceVersion, seen.metadata.resourceVersion, resource.resource);
      }
    },
  );

  await t.test("the controller's queues and process are in its metrics", async () => {
    const pages = await Promise.all(
      metricsPorts.map(async (port) => (await fetch(`http://127.0.0.1:${port}/metrics`)).text()),
    );
    for (const page of pages) {
      match(page, /^target_info{service_name="controller",service_version="\S+",.*} 1$/m);
      match(page, /^process_resident_memory_bytes \d+/m);
      match(
        page,
        /^kn_workqueue_adds_total{name="github\.com\.tektoncd\.triggers\.pkg\.reconciler\.eventlistener\.Reconciler"} [1-9]/m,
      );
    }
  });

  await t.test("ClusterInterceptors name the authority of the interceptors' server", async () => {
    await eventually("caBundle and address of cel", async () => {
      const [cel] = await get("clusterinterceptors", "cel");
      const address = member(cel?.status?.["address"], "url");
      return address === "https://tekton-triggers-core-interceptors.tekton-pipelines.svc:8443/cel" || undefined;
    }).catch(async (error: unknown) => {
      const [cel] = await get("clusterinterceptors", "cel");
      throw new Error(`${String(error)}\n${JSON.stringify(cel)}\n${interceptors.output}`);
    });
    equal(interceptors.process.exitCode, null);
  });

  await t.test("a controller does not start with defaults that cannot be read", async () => {
    const metadata = { name: "bad-defaults", namespace: "tekton-pipelines" };
    const data = { "default-run-as-user": "root" };
    equal((await apply(JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata, data }))).exitCode, 0);
    const access = await accessOf("tekton-pipelines", "tekton-triggers-controller");
    const env = { ...system, CONFIG_DEFAULTS_NAME: "bad-defaults" };
    const ended = await runTektite(["controller", "-health-port=0", "-kubeconfig", access], { env, timeoutMs: 20_000 });
    equal(ended.exitCode, 1);
    match(ended.stderr, /ConfigMap bad-defaults: failed parsing runAsUser config "root"/);
  });

  // Two replicas of the listener, as the Deployment would run them, each with a journal of its own.
  const [deployment] = await get("deployments", "el-push", "-n", "default");
  const args = containerOf(deployment).args ?? [];
  const access = await accessOf("default", "listener");
  ok(args.includes("--journal-dir=/journal"), args.join(" "));
  const startSink = async (port: number, journal: string, more: readonly string[] = []) => {
    const isDatabase = journal.startsWith("postgres://");
    const flags = args.flatMap((arg) => {
      if (arg.startsWith("--port=")) return [`--port=${port}`];
      if (!arg.startsWith("--journal-dir=")) return [arg];
      return isDatabase ? [] : [`--journal-dir=${join(folder, journal)}`];
    });
    // As the image is started: flags, no command.
    const env: Readonly<Record<string, string>> = isDatabase ? { TEKTITE_JOURNAL_URL: journal } : {};
    return new Role(t, [...flags, "--kubeconfig", access, "--drain-delay=0", ...more], env);
  };
  const ports = [await freePort(), await freePort()] as const;
  const sinks = [await startSink(ports[0], "journal-0"), await startSink(ports[1], "journal-1")];
  const isLive = async (port: number) => {
    const answer = await fetch(`http://127.0.0.1:${port}/live`).catch(() => undefined);
    return answer?.status === 200 ? true : undefined;
  };
  for (const port of ports) await eventually("a sink is live", () => isLive(port));

  const push = async (port: number, n: number, path = "/"): Promise<string> => {
    const body = JSON.stringify({ ref: "refs/heads/main", after: `commit-${n}` });
    const signature = createHmac("sha256", "s3cret").update(body).digest("hex");
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-gitea-event": "push", "x-gitea-signature": signature },
      body,
    });
    equal(answer.status, 202);
    return ((await answer.json()) as { eventID: string }).eventID;
  };
  /** Ids of the events of which runs were made, each run once. */
  const runsOf = async (): Promise<readonly string[]> => {
    const runs = await get("pipelineruns", "-n", "default");
    return runs.map(({ metadata }) => metadata.labels?.["triggers.tekton.dev/triggers-eventid"] ?? "");
  };
  const expectRuns = async (what: string, events: readonly string[], timeoutMs = 20_000) => {
    const found = await eventually(
      what,
      async () => {
        const ids = await runsOf();
        return events.every((id) => ids.includes(id)) ? ids : undefined;
      },
      timeoutMs,
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${sinks.map(({ output }) => output).join("\n")}`);
    });
    for (const id of events) equal(found.filter((each) => each === id).length, 1, `event ${id} ran once`);
  };
  const events: string[] = [];

  await t.test(
    "an event becomes a run, created by the listener's account, with secrets read in its namespace only",
    async () => {
      for (const [n, port] of [...ports, ...ports].entries()) events.push(await push(port, n));
      await expectRuns("a run for each event", events);
    },
  );

  /** Makes listeners call the core interceptors of the process at that port; without one they evaluate them themselves. */
  const interceptAt = async (port?: number) => {
    for (const name of ["cel", "gitea"]) {
      const service = {
        name: "tekton-triggers-core-interceptors",
        namespace: "tekton-pipelines",
        path: name,
        port: 8443,
      };
      const clientConfig =
        port === undefined ? { service, url: null } : { service: null, url: `https://localhost:${port}/${name}` };
      const patch = { type: "merge", body: { spec: { clientConfig } } } as const;
      const patched = await client.patch(clusterInterceptors, { name }, patch);
      ok(patched.ok, JSON.stringify(patched));
    }
  };

  await t.test(
    "the interceptors' certificate is renewed while a listener calls them: it goes on, and no call fails",
    async () => {
      await interceptAt(interceptorsPort);
      const port = await freePort();
      const remote = await startSink(port, "journal-remote", ["--core-interceptors=remote"]);
      await eventually("the sink is live", () => isLive(port));
      const authority = async () => {
        const [cel] = await get("clusterinterceptors", "cel");
        return member(member(cel?.spec, "clientConfig"), "caBundle");
      };
      const before = { authority: await authority(), certificate: await certificateAt(interceptorsPort) };
      const sent: string[] = [];
      let isDone = false;
      const sending = (async () => {
        while (!isDone) {
          sent.push(await push(port, 1000 + sent.length));
          await sleep(50);
        }
      })();
      // To this replica a certificate for a hundred years is due.
      const lives = ["-certificate-validity-seconds=604800", "-certificate-renewal-seconds=3153600000"];
      const second = await startInterceptors(await freePort(), lives);
      try {
        await eventually("listeners are told of another authority", async () =>
          (await authority()) === before.authority ? undefined : true,
        );
        await eventually("the replica that is called serves the renewed certificate", async () =>
          (await certificateAt(interceptorsPort)) === before.certificate ? undefined : true,
        );
      } catch (error) {
        throw new Error(`${String(error)}\n${interceptors.output}\n${second.output}`);
      } finally {
        isDone = true;
        await sending;
      }
      // Many at once need new connections.
      sent.push(...(await Promise.all(Array.from({ length: 20 }, (_, n) => push(port, 2000 + n)))));
      await expectRuns("a run for each event", sent);
      ok(!remote.output.includes("trying again"), remote.output);
      equal(await second.end("SIGTERM"), 0, second.output);
      equal(await remote.end("SIGTERM"), 0, remote.output);
    },
  );

  await t.test("a listener with a certificate of its own is deployed and called by HTTPS", async () => {
    const { serverCertPem, serverKeyPem, caCertPem } = issueCertificateSet(
      { service: "localhost", namespace: "default", clusterDomain: "cluster.local" },
      { nowMs: Date.now(), validityMs: 3_600_000 },
    );
    equal((await apply(secureListener)).exitCode, 0);
    const made = await eventually("its Deployment", async () => {
      const found = await get("deployments", "-n", "default");
      return found.find(({ metadata }) => metadata.name === "el-secure");
    });
    const { args: given = [], livenessProbe, volumeMounts } = containerOf(made);
    deepEqual(livenessProbe, {
      httpGet: { path: "/live", port: 8080, scheme: "HTTPS" },
      ...{ periodSeconds: 10, failureThreshold: 3, timeoutSeconds: 1, successThreshold: 1 },
    });
    ok(JSON.stringify(volumeMounts).includes('"mountPath":"/etc/triggers/tls"'));
    const [service] = await get("services", "el-secure", "-n", "default");
    const [listenerPort] = (service?.spec?.["ports"] ?? []) as readonly JsonObject[];
    deepEqual([listenerPort?.["name"], listenerPort?.["port"]], ["https-listener", 8443]);

    // What a kubelet mounts.
    writeFileSync(join(folder, "tls.crt"), serverCertPem);
    writeFileSync(join(folder, "tls.key"), serverKeyPem);
    const port = await freePort();
    const flags = given.map((arg) => {
      if (arg.startsWith("--port=")) return `--port=${port}`;
      if (arg.startsWith("--journal-dir=")) return `--journal-dir=${join(folder, "journal-secure")}`;
      return arg.replace("/etc/triggers/tls", folder);
    });
    const sink = new Role(t, [...flags, "--kubeconfig", access, "--drain-delay=0"]);
    const ask = (path: string, body: string) =>
      new Promise<readonly [status: number, body: string]>((resolve, reject) => {
        const to = { host: "localhost", port, path, method: "POST", ca: caCertPem };
        const outgoing = httpsRequest(to, (response) => {
          let text = "";
          response.on("data", (chunk: Buffer) => (text += chunk.toString()));
          response.on("end", () => resolve([response.statusCode ?? 0, text]));
        });
        outgoing.on("error", reject).end(body);
      });
    const event = await eventually("an event by HTTPS is accepted", async () => {
      const answer = await ask("/", '{"after": "secure"}').catch(() => undefined);
      return answer?.[0] === 202 ? (JSON.parse(answer[1]) as { eventID: string }).eventID : undefined;
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${sink.output}`);
    });
    await expectRuns("a run of it", [event]);
    equal(await sink.end("SIGTERM"), 0, sink.output);
  });

  for (const where of ["in their own service", "in the listeners"]) {
    await t.test(
      `the API server is lost and comes back: what was accepted meanwhile runs, interceptors ${where}`,
      async () => {
        await interceptAt(where === "in their own service" ? interceptorsPort : undefined);
        // For so long a Secret is believed.
        await sleep(5_000);
        await cluster.kill();
        for (const port of ports) events.push(await push(port, 10 + port));
        await sleep(300);
        await cluster.restart();
        await expectRuns("runs of events accepted without an API server", events, 30_000);
      },
    );
  }

  await t.test(
    "a listener that is killed finishes its events when it is started again; the other one serves on",
    async () => {
      await cluster.kill();
      events.push(await push(ports[0], 20));
      await sinks[0]?.end("SIGKILL");
      events.push(await push(ports[1], 21));
      await cluster.restart();
      sinks[0] = await startSink(ports[0], "journal-0");
      await eventually("the sink is live again", () => isLive(ports[0]), 30_000);
      await expectRuns("runs of the lost replica's events", events, 30_000);
    },
  );

  await t.test("of two replicas with one journal in PostgreSQL, one finishes what the other took in", async () => {
    const postgres = await startPostgres();
    t.after(() => postgres.stop());
    const url = await postgres.createDatabase();
    const shared = [await freePort(), await freePort()] as const;
    const pair = [await startSink(shared[0], url), await startSink(shared[1], url)] as const;
    for (const port of shared) await eventually("a sink is live", () => isLive(port));
    for (const port of shared) events.push(await push(port, 30 + port));
    await expectRuns("a run for each event, of either replica", events);
    await cluster.kill();
    for (const [n, port] of [shared[0], shared[0], shared[0], shared[1]].entries())
      events.push(await push(port, 40 + n));
    await pair[0].end("SIGKILL");
    await cluster.restart();
    await expectRuns("runs of what the lost replica had taken in", events, 30_000);
    equal(await pair[1].end("SIGTERM"), 0, pair[1].output);
  });

  await t.test("another controller leads when the leader is lost", async () => {
    const holders = async () => {
      const found = await get("leases", "-n", "tekton-pipelines");
      const lease = found.find(({ metadata }) => metadata.name.includes("reconciler.eventlistener"));
      return String(lease?.spec?.["holderIdentity"] ?? "");
    };
    const leader = await holders();
    const led = controllers.find(({ output }) => /"leads controller\.[^"]*eventlistener\.reconciler/.test(output));
    ok(led !== undefined, "one of the two leads");
    await led.end("SIGKILL");
    await eventually(
      "the other one has the lease",
      async () => {
        const now = await holders();
        return now !== "" && now !== leader ? true : undefined;
      },
      20_000,
    );
    const second = (listener.split("---")[0] ?? "").replace("metadata: {name: push,", "metadata: {name: second,");
    equal((await apply(second)).exitCode, 0);
    await eventually("the new leader reconciles", async () => {
      const found = await get("deployments", "-n", "default");
      return found.some(({ metadata }) => metadata.name === "el-second") || undefined;
    });
  });

  let secondWebhook = webhook;
  await t.test(
    "the webhook moves to another replica, which renews the certificate, without a refused request",
    async () => {
      const before = (await configuration())?.webhooks?.[0]?.clientConfig.caBundle;
      // To this replica the certificate of a moment ago is due.
      const lives = ["-certificate-validity-seconds=604800", "-certificate-renewal-seconds=604799"];
      secondWebhook = await startWebhook(webhookPorts[1], lives);
      const isTold = (text: string) => async () => secondWebhook.output.includes(text) || undefined;
      await eventually("the second replica serves", isTold("reviewing on port"));
      const refusals: string[] = [];
      let isDone = false;
      let count = 0;
      const requests = (async () => {
        for (; !isDone; count++) {
          const made = await client.create(
            { group: "triggers.tekton.dev", version: "v1beta1", resource: "triggerbindings" },
            {
              apiVersion: "triggers.tekton.dev/v1beta1",
              kind: "TriggerBinding",
              metadata: { name: `binding-${count}`, namespace: "default" },
              spec: { params: [{ name: "a", value: "b" }] },
            },
          );
          if (!made.ok) refusals.push(made.error.message ?? "");
          await sleep(5);
        }
      })();
      await routeWebhookTo(webhookPorts[1]);
      equal(await webhook.end("SIGTERM"), 0, webhook.output);
      await eventually("another authority", async () => {
        const now = (await configuration())?.webhooks?.[0]?.clientConfig.caBundle;
        return now !== undefined && now !== before ? true : undefined;
      });
      await eventually("the renewed certificate is served", isTold("serving the renewed certificate"));
      const renewedAt = count;
      await eventually("more requests", async () => count > renewedAt + 50 || undefined);
      isDone = true;
      await requests;
      equal(refusals.join("\n"), "");
    },
  );

  await t.test("one process serves the listeners of chosen namespaces, each as its own account", async () => {
    // Either a controller or a shared sink looks after a namespace.
    for (const controller of controllers.filter(({ process: { signalCode } }) => signalCode === null)) {
      equal(await controller.end("SIGTERM"), 0, controller.output);
    }
    const shared = await runTektite(["install", "--mode", "shared", "--namespaces", "default"]);
    const needed = applicable(shared.stdout).filter((document) => document.includes("tektite-shared-sink"));
    equal((await apply(needed.join("---"))).exitCode, 0);
    const port = await freePort();
    const sharedAccess = await accessOf("tekton-pipelines", "tektite-shared-sink");
    const flags = ["--shared", "--namespaces", "default", `--port=${port}`, "--drain-delay=0"];
    const names = ["--service=tektite-shared-sink", "--kubeconfig", sharedAccess];
    const process = new Role(t, ["sink", ...flags, ...names], system);
    const event = await eventually("the shared sink takes an event", () =>
      push(port, 30, "/default/push").catch(() => undefined),
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${process.output}`);
    });
    await expectRuns("a run through the shared sink", [event]);
    equal((await fetch(`http://127.0.0.1:${port}/default/none`, { method: "POST" })).status, 404);
    await eventually("its Service leads here, as does its address", async () => {
      const [service] = await get("services", "el-push", "-n", "default");
      const [found] = await get("eventlisteners", "push", "-n", "default");
      const isHere = service?.spec?.["externalName"] === "tektite-shared-sink.tekton-pipelines.svc.cluster.local";
      const url = member(found?.status?.["address"], "url");
      return (isHere && url === "http://el-push.default.svc.cluster.local:8080") || undefined;
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${process.output}`);
    });
    equal(await process.end("SIGTERM"), 0, process.output);
  });

  await t.test("SIGTERM ends every role in order", async () => {
    for (const sink of sinks) equal(await sink.end("SIGTERM"), 0, sink.output);
    equal(await interceptors.end("SIGTERM"), 0, interceptors.output);
    equal(await secondWebhook.end("SIGTERM"), 0, secondWebhook.output);
    equal(await cluster.end(), 0);
  });
});

const interceptors = [
  "{ref: {name: gitea}, params: [{name: secretRef, value: {secretName: webhook, secretKey: token}}]}",
  `{ref: {name: cel}, params: [{name: filter, value: "body.ref.startsWith('refs/heads/')"}]}`,
];

const certificateEnv = ["TLS_CERT: tls.crt", "TLS_KEY: tls.key"].map((entry) => {
  const [name, key] = entry.split(": ");
  return `{name: ${name}, valueFrom: {secretKeyRef: {name: listener-tls, key: ${key}}}}`;
});

const secureListener = echoListener({ serviceAccount: "listener", interceptors: [] })
  .replace("metadata: {name: push,", "metadata: {name: secure,")
  .replace(
    "spec:\n",
    `spec:
  resources: {kubernetesResource: {spec: {template: {spec: {containers: [{env: [${certificateEnv.join(", ")}]}]}}}}}
`,
  );

const listener = [
  echoListener({ serviceAccount: "listener", interceptors }),
  webhookSecret("s3cret"),
  account("listener"),
  mayListen("listener"),
].join("---\n");
