/**
 * One suite for every runtime. A runtime that cannot be had on Linux fails the suite, so that none is left untested
 * unnoticed.
 */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { FileLogStore } from "../../store/log-files/file-log-store.ts";
import type { PlannedSidecar, PodEvent, PodPlan, Runtime } from "../pod-plan.ts";
import { ImageMap } from "./image-map.ts";
import { type CarriedOut, carryOutPod } from "./testdata/carried-out.ts";
import { makeRoot } from "./testdata/suite-image.ts";
import { plan, podVectors, script, sidecar, step } from "./testdata/suite-pods.ts";
import { freePort, startSuiteRegistry } from "./testdata/suite-registry.ts";
import { candidates, runtimeUsesHost } from "./testdata/suite-runtimes.ts";

for (const candidate of candidates) {
  describe(`${candidate.name} runtime`, { concurrency: 4, timeout: 240_000 }, () => {
    const folder = mkdtempSync(join(tmpdir(), "tektite-runtime-"));
    const logs = new FileLogStore({ folder: join(folder, "logs"), maxBytesPerContainer: 100_000_000 });
    let runtime: Runtime;
    let stopSurroundings: (() => Promise<void>) | undefined;

    before(async () => {
      stopSurroundings = (await candidate.prepare?.())?.stop;
      const tools = join(folder, "tools");
      mkdirSync(tools);
      writeFileSync(join(tools, "tektite-suite-tool"), '#!/bin/sh\necho tool "$@"\n', { mode: 0o755 });
      const standIns = [{ pattern: "mapped/*", folder: tools }];
      if (candidate.name.startsWith("sandbox")) {
        makeRoot(join(folder, "root"));
        standIns.push({ pattern: "rooted:*", folder: join(folder, "root") });
      }
      const images = ImageMap.create(standIns);
      if (!images.ok) throw new Error(images.error);
      runtime = await candidate.create({ logs, folder: join(folder, "runtime"), images: images.value });
    });
    after(async () => {
      await runtime.close();
      await stopSurroundings?.();
      rmSync(folder, { recursive: true, force: true });
    });

    function withImage(fields: PodPlan): PodPlan {
      const named = <T extends { readonly image: string }>(containers: readonly T[]): readonly T[] =>
        containers.map((c) => (c.image === "busybox" ? { ...c, image: candidate.image } : c));
      return { ...fields, steps: named(fields.steps), sidecars: named(fields.sidecars) };
    }

    const carryOut = (fields: PodPlan, onEvent?: (event: PodEvent) => void): Promise<CarriedOut> =>
      carryOutPod({ runtime, logs }, withImage(fields), onEvent);

    for (const vector of podVectors(join(folder, "claim"))) {
      test(vector.name, async () => {
        const run = await carryOut(plan({ steps: vector.steps, ...vector.plan }));
        equal(run.events.at(-1)?.kind, "finished", JSON.stringify(run.events));
        for (const [container, want] of Object.entries(vector.logs ?? {})) {
          const log = await run.log(container);
          if (typeof want === "string") equal(log, want);
          else match(log, want);
        }
        for (const [name, want] of Object.entries(vector.ends ?? {})) {
          const { exitCode, reason, terminationReason } = run.outcome(name);
          equal(`${exitCode} ${reason} ${terminationReason}`, want, await run.log(`step-${name}`));
        }
        for (const [name, want] of Object.entries(vector.stepResults ?? {})) {
          deepEqual([...run.outcome(name).stepResults.keys()], want);
        }
        if (vector.results !== undefined) {
          const all = new Map(vector.steps.flatMap(({ name }) => [...run.outcome(name).taskResults]));
          deepEqual(Object.fromEntries(all), vector.results);
        }
      });
    }

    test("keeps the results in the message", async () => {
      const run = await carryOut(
        plan({ taskResults: ["r"], steps: [script("a", "printf '<v>' > /tekton/results/r"), script("b", "true")] }),
      );
      equal(run.outcome("a").message, '[{"key":"r","value":"\\u003cv\\u003e","type":1}]');
    });

    test("tells of each step in order, and once that images are not used", async () => {
      const run = await carryOut(plan({ steps: [script("a", "true"), script("b", "true")] }));
      deepEqual(
        run.events.filter(({ kind }) => kind !== "notice").map((e) => ("step" in e ? `${e.kind} ${e.step}` : e.kind)),
        ["stepStarted a", "stepFinished a", "stepStarted b", "stepFinished b", "finished"],
      );
      equal(run.events.filter(({ kind }) => kind === "notice").length, runtime.kind === "container" ? 0 : 1);
    });

    test("shows a line while the step goes on, and a later step's once its turn has come", async () => {
      const p = plan({
        steps: [
          script("a", "echo first; while [ ! -e /workspace/go ]; do sleep 0.05; done; echo last"),
          script("b", "echo second"),
        ],
      });
      const pod = runtime.start(withImage(p));
      const events = (async () => {
        for await (const event of pod.events) if (event.kind === "stepStarted") return;
      })();
      await events;
      const follow = async (container: string, onText: (seen: string) => Promise<void>): Promise<string> => {
        let seen = "";
        for await (const chunk of logs.read({ namespace: "default", pod: p.podName, container }, { follow: true }) ??
          []) {
          seen += Buffer.from(chunk).toString();
          await onText(seen);
        }
        return seen;
      };
      const second = follow("step-b", async () => undefined);
      const first = follow("step-a", async (seen) => {
        const io = { stdout: () => undefined, stderr: () => undefined };
        if (seen === "first\n") equal(await pod.exec("a", ["touch", "/workspace/go"], io), 0);
      });
      equal(await first, "first\nlast\n");
      equal(await second, "second\n");
    });

    test("runs commands beside a running step", async () => {
      const p = plan({ steps: [script("a", "echo up; echo there > /workspace/f; sleep 60")] });
      const pod = runtime.start(withImage(p));
      const iterator = pod.events[Symbol.asyncIterator]();
      for (let e = await iterator.next(); !e.done && e.value.kind !== "stepStarted"; ) e = await iterator.next();
      const ref = { namespace: "default", pod: p.podName, container: "step-a" };
      for await (const _ of logs.read(ref, { follow: true }) ?? []) break;
      await delay(50);
      let out = "";
      const io = {
        stdin: (async function* () {
          yield Buffer.from("in\n");
        })(),
        stdout: (chunk: Uint8Array) => {
          out += Buffer.from(chunk).toString();
        },
        stderr: () => undefined,
      };
      equal(await pod.exec("a", ["sh", "-c", "cat; cat /workspace/f; exit 4"], io), 4);
      equal(out, "in\nthere\n");
      await pod.stop("TaskRunCancelled");
    });

    for (const reason of ["TaskRunCancelled", "TaskRunTimeout"] as const) {
      test(`stops everything for ${reason}`, async () => {
        const p = plan({
          volumes: [{ kind: "host", name: "out", hostPath: join(folder, `beat-${reason}`), create: true }],
          steps: [
            script("a", "true"),
            script("b", "(while true; do date +%N > /out/beat; sleep 0.02; done) & echo up; sleep 60", {
              mounts: [{ volume: "out", mountPath: "/out", readOnly: false }],
            }),
            script("c", "echo no"),
          ],
        });
        const pod = runtime.start(withImage(p));
        const events: PodEvent[] = [];
        for await (const event of pod.events) {
          events.push(event);
          if (event.kind === "stepStarted" && event.step === "b") {
            const beat = join(folder, `beat-${reason}`, "beat");
            while (!existsSync(beat)) await delay(10);
            void pod.stop(reason);
          }
        }
        const ends = events.flatMap((e) =>
          e.kind === "stepFinished" ? [`${e.step} ${e.outcome.terminationReason}`] : [],
        );
        deepEqual(ends, ["a Completed", `b ${reason}`, `c ${reason}`]);
        const last = events.findLast((e) => e.kind === "stepFinished");
        equal(
          last?.kind === "stepFinished" ? last.outcome.message : "",
          `Step c terminated as pod ${p.podName} is terminated`,
        );
        const beat = join(folder, `beat-${reason}`, "beat");
        const stopped = readFileSync(beat, "utf8");
        await delay(100);
        equal(readFileSync(beat, "utf8"), stopped);
      });
    }

    test("waits for sidecars to be ready and stops them at the end", async () => {
      const shared = [{ volume: "s", mountPath: "/shared", readOnly: false }];
      const run = await carryOut(
        plan({
          volumes: [{ kind: "scratch", name: "s" }],
          sidecars: [
            sidecar("helper", {
              script: "sleep 0.3; echo up > /shared/ready; echo serving; while true; do sleep 0.1; done",
              mounts: shared,
              readinessProbe: {
                kind: "exec",
                command: ["test", "-e", "/shared/ready"],
                initialDelayMs: 0,
                periodMs: 50,
                timeoutMs: 5000,
                failureThreshold: 3,
              },
            }),
          ],
          steps: [script("use", "cat /shared/ready", { mounts: shared })],
        }),
      );
      equal(await run.log("step-use"), "up\n");
      equal(await run.log("sidecar-helper"), "serving\n");
      const end = run.events.find((e) => e.kind === "sidecarFinished");
      equal(end?.kind === "sidecarFinished" ? end.exitCode : -1, 0);
    });

    /** Holds the first step back until the sidecar has ended. */
    const neverReady = {
      kind: "exec",
      command: ["false"],
      initialDelayMs: 0,
      periodMs: 50,
      timeoutMs: 1000,
      failureThreshold: 3,
    } as const;

    test("tells of a sidecar that fails by itself", async () => {
      const run = await carryOut(
        plan({
          sidecars: [sidecar("bad", { script: "exit 5", readinessProbe: neverReady })],
          steps: [script("a", "true")],
        }),
      );
      const end = run.events.find((e) => e.kind === "sidecarFinished");
      equal(end?.kind === "sidecarFinished" ? end.exitCode : -1, 5);
      equal(run.outcome("a").exitCode, 0);
    });

    test("a sidecar whose program is missing has failed, and the steps run", async () => {
      const run = await carryOut(
        plan({
          sidecars: [sidecar("bad", { command: ["/no/such/program"], readinessProbe: neverReady })],
          steps: [script("a", "echo ran")],
        }),
      );
      const end = run.events.find((e) => e.kind === "sidecarFinished");
      ok(end?.kind === "sidecarFinished" && end.exitCode >= 126, JSON.stringify(end));
      match(await run.log("sidecar-bad"), /no\/such\/program/);
      equal(await run.log("step-a"), "ran\n");
      equal(run.outcome("a").exitCode, 0);
    });

    test("steps reach a sidecar's port once it answers", async () => {
      const port = await freePort();
      const probe = { port, initialDelayMs: 0, periodMs: 50, timeoutMs: 1000, failureThreshold: 3 };
      const server = (name: string, readinessProbe: PlannedSidecar["readinessProbe"], at: number): PlannedSidecar =>
        sidecar(name, {
          script: `sleep 0.2; echo served > "$HOME/f" 2>/dev/null || cd /tmp; cd "$HOME"; exec busybox httpd -f -p ${at}`,
          ...(readinessProbe === undefined ? {} : { readinessProbe }),
        });
      const second = await freePort();
      const run = await carryOut(
        plan({
          sidecars: [
            server("web", { kind: "httpGet", path: "/f", scheme: "HTTP", ...probe }, port),
            server("tcp", { kind: "tcpSocket", ...probe, port: second }, second),
          ],
          steps: [
            script(
              "a",
              `busybox wget -q -O - http://127.0.0.1:${port}/f; busybox wget -q -O - http://127.0.0.1:${second}/f`,
            ),
          ],
        }),
      );
      equal(await run.log("step-a"), "served\nserved\n");
    });

    test("a step's background processes end with it", async () => {
      const out = join(folder, "background");
      await carryOut(
        plan({
          volumes: [{ kind: "host", name: "out", hostPath: out, create: true }],
          steps: [
            script("a", "(while true; do date +%N > /out/beat; sleep 0.02; done) >/dev/null 2>&1 & sleep 0.3", {
              mounts: [{ volume: "out", mountPath: "/out", readOnly: false }],
            }),
          ],
        }),
      );
      const stopped = readFileSync(join(out, "beat"), "utf8");
      await delay(100);
      equal(readFileSync(join(out, "beat"), "utf8"), stopped);
    });

    test("leaves nothing of the pod's folder behind", async () => {
      const p = plan({
        volumes: [{ kind: "files", name: "f", files: [{ path: "x", content: Buffer.from("x"), mode: 0o400 }] }],
        steps: [script("a", "cat /f/x", { mounts: [{ volume: "f", mountPath: "/f", readOnly: true }] })],
      });
      const run = await carryOut(p);
      equal(await run.log("step-a"), "x");
      while (runtime.kind === "container" && readdirSync(join(folder, "runtime", "pods")).includes(p.podUid))
        await delay(20);
      ok(!readdirSync(join(folder, "runtime", "pods")).includes(p.podUid));
    });

    test("much output comes through whole, in order", async () => {
      const run = await carryOut(
        plan({ steps: [script("a", "i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done")] }),
      );
      equal(await run.log("step-a"), Array.from({ length: 20000 }, (_, i) => `line ${i}\n`).join(""));
    });

    test("without a command the image's entrypoint is meant", async () => {
      const run = await carryOut(plan({ steps: [step("a"), step("b", { args: ["own"], onError: "continue" })] }));
      if (runtime.kind === "container") {
        equal(await run.log("step-a"), "entry cmd\n");
        equal(await run.log("step-b"), "entry own\n");
        match(run.outcome("a").imageId, /^(sha256:)?[0-9a-f]{64}$|@sha256:/);
      } else {
        match(await run.log("step-a"), /^Error executing command: neither command nor script is given, .*"busybox"/);
      }
    });

    test("aliases of hosts are found", async () => {
      const aliased = plan({
        hostAliases: [{ ip: "10.1.2.3", hostnames: ["one.test", "two.test"] }],
        steps: [script("a", "grep -c 10.1.2.3.*one.test /etc/hosts; grep -c two.test /etc/hosts")],
      });
      const run = await carryOut(aliased);
      if (candidate.hasMounts) equal(await run.log("step-a"), "1\n1\n");
      else equal(run.events.at(-1)?.kind, "failed");
    });

    test("a pod's own name servers, domains and options are asked", async () => {
      const dns = {
        isComplete: true,
        nameservers: ["10.1.2.3"],
        searches: ["one.test", "two.test"],
        options: ["ndots:3"],
      };
      const show = "grep -E '^(nameserver|search|options)' /etc/resolv.conf | sort";
      const run = await carryOut(plan({ dns, steps: [script("a", show)] }));
      const want = "nameserver 10.1.2.3\noptions ndots:3\nsearch one.test two.test\n";
      if (candidate.hasMounts) equal(await run.log("step-a"), want);
      else equal(run.events.at(-1)?.kind, "failed");
    });

    if (candidate.hasMounts) {
      test("mounts are read-only, hidden and over what is there", async () => {
        const mount = (volume: string, mountPath: string, readOnly: boolean) => ({ volume, mountPath, readOnly });
        const write = (path: string) =>
          `if echo x 2>/dev/null > ${path}/new; then echo writable; else echo read-only; fi`;
        const run = await carryOut(
          plan({
            volumes: [
              { kind: "scratch", name: "v" },
              { kind: "files", name: "f", files: [{ path: "k", content: Buffer.from("k"), mode: 0o444 }] },
            ],
            steps: [
              script("a", `echo v > /usr/share/v; ${write("/run/key")}; ls /usr/share`, {
                mounts: [mount("v", "/usr/share", false), mount("f", "/run/key", false)],
              }),
              script("b", `${write("/opt/new/deep")}; cat /opt/new/deep/v; test -e /run/key || echo hidden`, {
                mounts: [mount("v", "/opt/new/deep", true)],
              }),
              script("c", ["/tekton/scripts", "/tekton/run/0", "/tekton/run/2"].map(write).join("\n")),
            ],
          }),
        );
        equal(await run.log("step-b"), "read-only\nv\nhidden\n");
        equal(await run.log("step-c"), "read-only\nread-only\nwritable\n");
        equal(await run.log("step-a"), "read-only\nv\n");
      });

      test("a missing folder to start in is made", async () => {
        const folders = ["/tmp/new/dir", "/opt/tektite-suite/app", "/run/here", "/vol/sub", "/tektite-suite-app"];
        const run = await carryOut(
          plan({
            volumes: [{ kind: "scratch", name: "v" }],
            steps: folders.map((workingDir, index) =>
              script(`s${index}`, "pwd", { workingDir, mounts: [{ volume: "v", mountPath: "/vol", readOnly: false }] }),
            ),
          }),
        );
        for (const [index, workingDir] of folders.entries()) equal(await run.log(`step-s${index}`), `${workingDir}\n`);
      });

      test("a step's /tmp and home are its own", async () => {
        const ours = mkdtempSync(join(tmpdir(), "tektite-not-theirs-"));
        const run = await carryOut(
          plan({
            steps: [
              script("a", `echo x > /tmp/mine; echo y > "$HOME/mine"; cat /tmp/mine; test -e ${ours} && echo seen`, {
                onError: "continue",
              }),
              script("copies", "echo copied; sleep 0.2; cat /tmp/out", {
                stdoutPath: "/tmp/out",
                onError: runtime.kind === "container" ? "continue" : "stopAndFail",
              }),
              script("b", 'for file in /tmp/mine "$HOME/mine"; do test -e "$file" || echo gone; done'),
            ],
          }),
        );
        rmSync(ours, { recursive: true });
        equal(await run.log("step-a"), "x\n");
        equal(await run.log("step-b"), "gone\ngone\n");
      });
    }

    if (runtimeUsesHost(candidate)) {
      test("a stand-in for an image brings its programs", async () => {
        const run = await carryOut(
          plan({
            steps: [
              step("a", { image: "mapped/tool:1", command: ["tektite-suite-tool", "x"] }),
              step("b", { image: "other/tool:1", command: ["tektite-suite-tool"], onError: "continue" }),
            ],
          }),
        );
        equal(await run.log("step-a"), "tool x\n");
        match(
          await run.log("step-b"),
          /^Error executing command: program "tektite-suite-tool" was not found on this machine. The image "other\/tool:1"/,
        );
      });
    }

    if (candidate.name.startsWith("sandbox")) {
      test("a stand-in with a root file system is the root", async () => {
        const run = await carryOut(
          plan({
            steps: [
              script("a", "cat /etc/which; echo w > /workspace/f; sh -c 'kill -9 $$'", {
                image: "rooted:1",
                onError: "continue",
              }),
              step("b", { image: "rooted:1", command: ["sh", "-c", "kill -9 $$$$"], onError: "continue" }),
              script("c", "cat /workspace/f"),
            ],
          }),
        );
        if (candidate.name.includes("unshare") && process.getuid?.() === 0) {
          match(await run.log("step-a"), /^Error executing command: .*needs bubblewrap/);
          return;
        }
        match(await run.log("step-a"), /^mapped root\n/);
        equal(run.outcome("a").exitCode, 137);
        equal(run.outcome("b").exitCode, -1);
        equal(await run.log("step-c"), "w\n");
      });
    }

    test("another user of the image reads the credentials, and limits are set", async () => {
      const run = await carryOut(
        plan({
          credentials: [{ path: ".ssh/id_x", content: Buffer.from("key\n"), mode: 0o600 }],
          steps: [
            script("a", 'cat "$HOME/.ssh/id_x" /tekton/creds/.ssh/id_x; id -u; echo x > /tekton/results/r', {
              securityContext: { runAsUser: 1234, capabilities: { drop: ["ALL"] } },
              limits: { memory: "64Mi", cpu: "500m" },
            }),
          ],
          taskResults: ["r"],
        }),
      );
      const user =
        runtime.kind === "container" ? "1234" : runtime.kind === "sandbox" ? "0" : String(process.getuid?.());
      equal(await run.log("step-a"), `key\nkey\n${user}\n`);
      equal(run.outcome("a").taskResults.get("r"), "x\n");
    });

    if (!runtimeUsesHost(candidate)) {
      test("an image behind a password is pulled with the pod's credentials", async () => {
        const registry = await startSuiteRegistry(join(folder, "registry"));
        try {
          const steps = [script("a", "echo pulled", { image: registry.image, imagePullPolicy: "Always" })];
          const refused = (await carryOut(plan({ steps }))).events.at(-1);
          equal(refused?.kind === "failed" ? refused.reason : refused?.kind, "TaskRunImagePullFailed");
          const run = await carryOut(plan({ steps, pullConfigJson: registry.pullConfigJson }));
          equal(await run.log("step-a"), "pulled\n");
        } finally {
          registry.stop();
        }
      });
    }

    test("a pod made again begins with empty logs", async () => {
      const p = plan({ steps: [script("a", "echo once")] });
      await carryOut(p);
      const run = await carryOut({ ...p, podUid: `${p.podUid}-again` });
      equal(await run.log("step-a"), "once\n");
    });

    test("closing kills what runs and says nothing", async () => {
      const own = join(folder, "closing");
      const images = ImageMap.create([]);
      const closing = await candidate.create({
        logs,
        folder: own,
        images: images.ok ? images.value : await Promise.reject(new Error(images.error)),
      });
      const p = plan({
        volumes: [{ kind: "host", name: "out", hostPath: join(own, "out"), create: true }],
        steps: [
          script("a", "while true; do echo x >> /out/beat; sleep 0.02; done", {
            mounts: [{ volume: "out", mountPath: "/out", readOnly: false }],
          }),
        ],
      });
      const seen: string[] = [];
      const pod = closing.start(withImage(p));
      void (async () => {
        for await (const event of pod.events) seen.push(event.kind);
        seen.push("end");
      })();
      const beat = join(own, "out", "beat");
      while (!existsSync(beat)) await delay(20);
      await closing.close();
      const last = readFileSync(beat, "utf8");
      await delay(100);
      equal(readFileSync(beat, "utf8"), last);
      deepEqual(
        seen.filter((kind) => kind !== "notice"),
        ["stepStarted"],
      );
    });

    if (!candidate.hasMounts) {
      const refusals: readonly { readonly name: string; readonly plan: Partial<PodPlan>; readonly want: RegExp }[] = [
        {
          name: "a read-only mount of a writable volume",
          plan: {
            volumes: [{ kind: "scratch", name: "v" }],
            steps: [script("a", "true", { mounts: [{ volume: "v", mountPath: "/v", readOnly: true }] })],
          },
          want: /volume "v" at \/v in step-a has to be read-only/,
        },
        {
          name: "a mount over what is there",
          plan: {
            volumes: [{ kind: "scratch", name: "v" }],
            steps: [script("a", "true", { mounts: [{ volume: "v", mountPath: "/usr/bin", readOnly: false }] })],
          },
          want: /volume "v" at \/usr\/bin in step-a would have to hide/,
        },
      ];
      for (const { name, plan: fields, want } of refusals) {
        test(`refuses ${name}`, async () => {
          const run = await carryOut(plan(fields));
          const last = run.events.at(-1);
          match(last?.kind === "failed" ? last.message : "", want);
        });
      }
    }
    mkdirSync(join(folder, "claim"), { recursive: true });
    writeFileSync(join(folder, "claim", ".keep"), "");
  });
}
