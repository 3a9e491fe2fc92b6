import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const startTries = 150;
const pauseMs = 200;

/** A docker daemon that this process's `docker` commands reach. */
export interface SuiteDocker {
  stop(): Promise<void>;
}

function daemonAnswers(): boolean {
  return spawnSync("docker", ["version", "--format", "{{.Server.Version}}"], { stdio: "ignore" }).status === 0;
}

/**
 * The machine's own daemon where one answers; otherwise one is started in a temporary folder, which `DOCKER_HOST` names
 * until it is stopped. Throws where none can be started: the docker runtime must not stay untested unnoticed.
 */
export async function provideDocker(): Promise<SuiteDocker> {
  if (daemonAnswers()) return { stop: async () => undefined };
  const folder = mkdtempSync(join(tmpdir(), "tektite-docker-"));
  const log = join(folder, "log");
  const host = `unix://${join(folder, "docker.sock")}`;
  const files = ["--data-root", join(folder, "data"), "--exec-root", join(folder, "exec")];
  const output = openSync(log, "w");
  // In a group of its own, with the containerd that it starts.
  const daemon = spawn("dockerd", ["--host", host, "--pidfile", join(folder, "pid"), ...files], {
    stdio: ["ignore", output, output],
    detached: true,
  });
  let ended: string | undefined;
  daemon.on("error", (error) => {
    ended = error.message;
  });
  const exited = new Promise<void>((resolve) => {
    daemon.on("close", (code) => {
      ended ??= `it ended with ${code}`;
      resolve();
    });
  });
  process.env["DOCKER_HOST"] = host;
  const stop = async (): Promise<void> => {
    delete process.env["DOCKER_HOST"];
    if (ended === undefined) daemon.kill("SIGTERM");
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  for (let tries = 0; tries < startTries && ended === undefined; tries++) {
    if (daemonAnswers()) return { stop };
    await delay(pauseMs);
  }
  const said = readFileSync(log, "utf8").trim().split("\n").slice(-5).join("\n");
  const why = ended ?? "it does not answer";
  await stop();
  throw new Error(`no docker daemon could be started (apt-get install docker.io, as root): ${why}\n${said}`);
}
