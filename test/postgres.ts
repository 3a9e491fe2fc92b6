import { spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";

/** A PostgreSQL server of its own, on loopback, in a temporary folder. */
export interface TestPostgres {
  /** Makes an empty database; its URL. */
  createDatabase(): Promise<string>;
  /** Stops the server at once, waits for `meanwhile`, and starts it again. */
  restart(meanwhile: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

/** Throws where PostgreSQL is not installed: what needs it must fail there. */
export async function startPostgres(): Promise<TestPostgres> {
  const bin = findPostgres();
  if (bin === undefined) throw new Error("PostgreSQL is not installed: apt-get install postgresql");
  const folder = mkdtempSync(join(tmpdir(), "tektite-postgres-"));
  // The server refuses to run as root; Debian's package brings an account for it.
  const account = process.getuid?.() === 0 ? postgresAccount() : undefined;
  if (account !== undefined) chownSync(folder, account.uid, account.gid);
  const data = join(folder, "data");
  const run = (program: string, args: readonly string[]): void => {
    const result = spawnSync(join(bin, program), args, {
      ...account,
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "ignore", "pipe"],
    });
    if (result.status !== 0) throw new Error(`${program} failed: ${result.stderr}${result.error?.message ?? ""}`);
  };
  const port = await freePort();
  const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder} -c fsync=off`;
  const start = () => run("pg_ctl", ["start", "-w", "-D", data, "-o", settings, "-l", join(folder, "log")]);
  const stop = () => run("pg_ctl", ["stop", "-m", "immediate", "-D", data]);
  run("initdb", ["-D", data, "-U", "tektite", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"]);
  start();
  let count = 0;
  return {
    createDatabase: async () => {
      const name = `journal${++count}`;
      run("createdb", ["-h", "127.0.0.1", "-p", String(port), "-U", "tektite", name]);
      return `postgres://tektite@127.0.0.1:${port}/${name}`;
    },
    restart: async (meanwhile) => {
      stop();
      await meanwhile();
      start();
    },
    stop: async () => {
      stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function findPostgres(): string | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian) : [];
  return [...versions.map((version) => join(debian, version, "bin")), "/usr/bin", "/usr/local/bin"].find((folder) =>
    existsSync(join(folder, "initdb")),
  );
}

function postgresAccount(): { readonly uid: number; readonly gid: number } {
  const id = (flag: string) => Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout);
  return { uid: id("-u"), gid: id("-g") };
}
