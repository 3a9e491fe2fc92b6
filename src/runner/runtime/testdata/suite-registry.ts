import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { importSuiteImage, suiteImage } from "./suite-image.ts";

const user = "ann";
const password = "pull-secret";
/** `htpasswd -B` of the password. */
const passwordHash = "$2b$05$abcdefghijklmnopqrstuuiuhH7Ikupt0NZBlrLOsxuBkm7D98a7C";

/** Debian's docker-registry, which asks for a password and holds the suite's image. */
export interface SuiteRegistry {
  /** The image's name there. */
  readonly image: string;
  /** A pod's `config.json` that opens the registry. */
  readonly pullConfigJson: string;
  stop(): void;
}

/** Starts a registry in a folder of its own. `CONTAINERS_REGISTRIES_CONF` tells podman that it speaks plain HTTP. */
export async function startSuiteRegistry(folder: string): Promise<SuiteRegistry> {
  mkdirSync(folder, { recursive: true });
  const host = `localhost:${await freePort()}`;
  const config = join(folder, "registry.yml");
  const passwords = join(folder, "htpasswd");
  writeFileSync(passwords, `${user}:${passwordHash}\n`);
  writeFileSync(
    config,
    [
      "version: 0.1",
      `storage: {filesystem: {rootdirectory: ${join(folder, "storage")}}}`,
      `http: {addr: "${host}"}`,
      `auth: {htpasswd: {realm: tests, path: ${passwords}}}`,
    ].join("\n"),
  );
  const plain = join(folder, "registries.conf");
  writeFileSync(plain, `[[registry]]\nlocation = "${host}"\ninsecure = true\n`);
  process.env["CONTAINERS_REGISTRIES_CONF"] = plain;
  const registry = spawn("docker-registry", ["serve", config], { stdio: "ignore" });
  for (let isUp = false; !isUp; await delay(50)) {
    if (registry.exitCode !== null) throw new Error(`docker-registry ended with ${registry.exitCode}`);
    isUp = await fetch(`http://${host}/v2/`).then(
      ({ status }) => status === 401,
      () => false,
    );
  }
  const image = `${host}/guarded:1`;
  importSuiteImage("podman");
  execFileSync("podman", ["push", "--quiet", "--creds", `${user}:${password}`, suiteImage, image]);
  const auth = Buffer.from(`${user}:${password}`).toString("base64");
  return {
    image,
    pullConfigJson: JSON.stringify({ auths: { [host]: { auth } } }),
    stop: () => {
      delete process.env["CONTAINERS_REGISTRIES_CONF"];
      registry.kill();
    },
  };
}

/** A port that nothing listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
