/**
 * A life of Tektite that the test ends by SIGKILL: starts one pod that beats into a file and leaves its group.
 *
 *   node interrupted-life.ts KIND FOLDER IMAGE
 */
import { join } from "node:path";
import { FileLogStore } from "../../../store/log-files/file-log-store.ts";
import type { Runtime } from "../../pod-plan.ts";
import { chooseRuntime } from "../choose-runtime.ts";
import { plan, script } from "./suite-pods.ts";

const [, , kind, folder = "", image = ""] = process.argv;
const logs = new FileLogStore({ folder: join(folder, "logs"), maxBytesPerContainer: 1_000_000 });
const runtime = await chooseRuntime(kind as Runtime["kind"], {
  logs,
  folder: join(folder, "runtime"),
  images: [],
  hasNetwork: true,
  containerArgs: process.env["TEKTITE_CONTAINER_ARGS"] ?? "",
  hidden: [],
});
if (!runtime.ok) throw new Error(runtime.error);
const beat = "while true; do date +%s%N >> /out/beat; sleep 0.02; done";
runtime.value.start(
  plan({
    volumes: [
      { kind: "host", name: "out", hostPath: join(folder, "out"), create: true },
      { kind: "files", name: "conf", files: [{ path: "f", content: Buffer.from("f"), mode: 0o400 }] },
    ],
    steps: [
      script("a", `setsid sh -c '${beat}' & ${beat}`, {
        image,
        mounts: [
          { volume: "out", mountPath: "/out", readOnly: false },
          { volume: "conf", mountPath: "/conf", readOnly: true },
        ],
      }),
    ],
  }),
);
setInterval(() => undefined, 1000);
