import { equal, match } from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { FileLogStore } from "../../store/log-files/file-log-store.ts";
import type { Runtime } from "../pod-plan.ts";
import { chooseRuntime, type RuntimeOptions } from "./choose-runtime.ts";
import { splitArguments } from "./container-runtime.ts";
import { ImageMap } from "./image-map.ts";
import { createSandboxRuntime } from "./sandbox-runtime.ts";
import { plan, script } from "./testdata/suite-pods.ts";

const folder = mkdtempSync(join(tmpdir(), "tektite-choose-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const logs = new FileLogStore({ folder: join(folder, "logs"), maxBytesPerContainer: 1_000_000 });

function options(fields: Partial<RuntimeOptions> = {}): RuntimeOptions {
  return {
    logs,
    folder: join(folder, "runtime"),
    images: [],
    hasNetwork: true,
    containerArgs: "",
    hidden: [],
    ...fields,
  };
}

async function chosen(wanted: "auto" | Runtime["kind"], fields: Partial<RuntimeOptions> = {}): Promise<Runtime> {
  const runtime = await chooseRuntime(wanted, options(fields));
  if (!runtime.ok) throw new Error(runtime.error);
  return runtime.value;
}

const isLinux = process.platform === "linux";
for (const wanted of isLinux ? (["process", "sandbox", "container"] as const) : (["process"] as const)) {
  test(`gives ${wanted} when asked`, async () => {
    const runtime = await chosen(wanted);
    equal(runtime.kind, wanted);
    await runtime.close();
  });
}

test("takes the sandbox by itself", { skip: !isLinux }, async () => {
  const runtime = await chosen("auto");
  equal(runtime.kind, "sandbox");
  await runtime.close();
});

test("says what is wrong with an image map", async () => {
  const runtime = await chooseRuntime("process", options({ images: [{ pattern: "a", folder: "/no/such/folder" }] }));
  match(runtime.ok ? "" : runtime.error, /\/no\/such\/folder, which stands in for a, is no folder/);
});

test("a sandbox shows no network and no hidden folder when told so", { skip: !isLinux }, async () => {
  const server = createServer((socket) => socket.end("reached\n"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  // Any folder with something in it that sandboxes show unless told otherwise.
  const folder = "/usr/share";
  try {
    for (const isOpen of [true, false]) {
      const runtime = await chosen("sandbox", { hasNetwork: isOpen, hidden: isOpen ? [] : [folder] });
      const text = `busybox nc -w 1 127.0.0.1 ${port} </dev/null || echo unreachable; test -n "$(ls ${folder})" && echo seen || echo unseen`;
      const pod = plan({ steps: [script("a", text)] });
      for await (const _ of runtime.start(pod).events);
      let log = "";
      const ref = { namespace: "default", pod: pod.podName, container: "step-a" };
      for await (const chunk of logs.read(ref, {}) ?? []) log += Buffer.from(chunk).toString();
      match(log, isOpen ? /^reached\nseen\n$/ : /unreachable\nunseen\n$/);
      await runtime.close();
    }
  } finally {
    server.close();
  }
});

for (const tool of ["bubblewrap", "unshare"] as const) {
  test(`a folder that is mounted at its own place shows in a hidden one: ${tool}`, { skip: !isLinux }, async () => {
    const hidden = mkdtempSync(join(import.meta.dirname, "testdata", "hidden-"));
    try {
      mkdirSync(join(hidden, "shared"));
      writeFileSync(join(hidden, "shared", "f"), "shared\n");
      writeFileSync(join(hidden, "secret"), "secret\n");
      const images = ImageMap.create([]);
      if (!images.ok) throw new Error(images.error);
      const surroundings = { logs, folder: join(hidden, "runtime"), images: images.value };
      const runtime = await createSandboxRuntime({ ...surroundings, tool, hasNetwork: true, hidden: [hidden] });
      const mountPath = join(hidden, "shared");
      const pod = plan({
        volumes: [{ kind: "host", name: "s", hostPath: mountPath, create: false }],
        steps: [
          script("a", `cat ${mountPath}/f; ls ${hidden}; pwd`, {
            mounts: [{ volume: "s", mountPath, readOnly: true }],
          }),
        ],
      });
      for await (const _ of runtime.start(pod).events);
      let log = "";
      const ref = { namespace: "default", pod: pod.podName, container: "step-a" };
      for await (const chunk of logs.read(ref, {}) ?? []) log += Buffer.from(chunk).toString();
      equal(log, "shared\nshared\n/workspace\n");
      await runtime.close();
    } finally {
      rmSync(hidden, { recursive: true });
    }
  });
}

const argumentVectors: readonly { readonly text: string; readonly want: readonly string[] }[] = [
  { text: "", want: [] },
  { text: "--network host  --ulimit a=1:2", want: ["--network", "host", "--ulimit", "a=1:2"] },
  { text: `--label "a b" --x='c d'e`, want: ["--label", "a b", "--x=c de"] },
];
for (const { text, want } of argumentVectors) {
  test(`splits ${JSON.stringify(text)}`, () => equal(JSON.stringify(splitArguments(text)), JSON.stringify(want)));
}
