/**
 * Kills Tektite again and again while senders push signed, numbered events at full speed, and counts what became of
 * each event that was answered 202: `npm run crashtest -- --kills 200`. In every second life something else fails too:
 * with `--postgres` the PostgreSQL server that keeps the events, with `--disk-full` the disk (root only), with
 * `--remote-sink` the API server of a `tektite sink`.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { err, ok, type Result } from "../src/result.ts";
import { startPostgres } from "../test/postgres.ts";
import { remoteSinkSubject } from "./crash/remote-sink-subject.ts";
import { Senders } from "./crash/senders.ts";
import { standaloneSubject } from "./crash/standalone-subject.ts";
import type { Subject } from "./crash/subject.ts";

/** What is killed, and what else fails. */
export type CrashWorld = "up" | "up-postgres" | "up-disk-full" | "remote-sink";

export interface CrashOptions {
  readonly world: CrashWorld;
  readonly kills: number;
  /** Senders that each wait for their answer before they go on. */
  readonly senders: number;
  /** How long a life lasts at most once the listener answers, in milliseconds. */
  readonly maxLifeMs: number;
  /** Where events are stored, instead of the data directory; of the world `up` only. */
  readonly journal?: string;
  readonly log: (line: string) => void;
}

export interface CrashReport {
  readonly kills: number;
  /** Events that were answered 202. */
  readonly accepted: number;
  /** Requests that were cut off: they may have run, once. */
  readonly unanswered: number;
  /** Requests that were answered with something else than 202, such as 503 while the disk was full. */
  readonly refused: number;
  /** Pairs of accepted event and trigger without their verdict or their run. */
  readonly lost: readonly string[];
  /** Pairs of event and trigger with more than one run. */
  readonly duplicated: readonly string[];
}

/** Runs the whole test. Throws where the world cannot be made: no PostgreSQL, or nothing may be mounted. */
export async function runCrashTest(options: CrashOptions): Promise<CrashReport> {
  if (options.world !== "up-postgres") {
    return test(await subjectOf(options), options);
  }
  // A server of its own, which is stopped at once and started again.
  const postgres = await startPostgres();
  try {
    const journal = await postgres.createDatabase();
    const disturb = () => postgres.restart(() => sleep(Math.random() * 500));
    return await test(await standaloneSubject({ journal, disturb }), options);
  } finally {
    await postgres.stop();
  }
}

async function subjectOf(options: CrashOptions): Promise<Subject> {
  if (options.world === "remote-sink") return remoteSinkSubject();
  if (options.world === "up-disk-full") return standaloneSubject({ hasFillableDisk: true });
  return standaloneSubject(options.journal === undefined ? {} : { journal: options.journal });
}

async function test(subject: Subject, options: CrashOptions): Promise<CrashReport> {
  const senders = new Senders(subject.target, options.senders);
  try {
    for (let kill = 0; kill < options.kills; kill++) {
      await subject.start();
      const before = senders.accepted.size;
      // Some lives end while the events of the last one are still being taken up.
      const takesEvents = kill === 0 || Math.random() > 0.2;
      for (let waited = 0; takesEvents && senders.accepted.size === before && waited < 10_000; waited += 5)
        await sleep(5);
      await sleep(Math.random() * options.maxLifeMs);
      const disturbing = kill % 2 === 1 ? subject.disturb?.() : undefined;
      // Every second disturbance ends before the process does, the others go on.
      if (kill % 4 === 1) await disturbing;
      else await sleep(Math.random() * 300);
      await subject.kill();
      await disturbing;
      if ((kill + 1) % 10 === 0) options.log(`${kill + 1} kills, ${senders.accepted.size} events accepted`);
    }
    await subject.start();
    await sleep(500);
    await senders.stop();
    const { lost, duplicated } = await verify(subject, senders.accepted);
    const { accepted, unanswered, refused } = senders;
    return { kills: options.kills, accepted: accepted.size, unanswered, refused, lost, duplicated };
  } finally {
    await senders.stop();
    await subject.dispose();
  }
}

/** Waits until every event has come to an end, then compares verdicts and runs with what was accepted. */
async function verify(
  subject: Subject,
  accepted: ReadonlyMap<string, number>,
): Promise<{ readonly lost: readonly string[]; readonly duplicated: readonly string[] }> {
  const outcomes = await subject.outcomes();
  const runs = new Map<string, number>();
  for (const { metadata } of await subject.runs()) {
    const { labels = {} } = metadata;
    const key = `${labels["triggers.tekton.dev/triggers-eventid"]} ${labels["triggers.tekton.dev/trigger"]}`;
    runs.set(key, (runs.get(key) ?? 0) + 1);
  }
  const lost: string[] = [];
  for (const [id, number] of accepted) {
    const verdicts = outcomes.get(id)?.verdicts ?? [];
    for (const name of ["every", "even"]) {
      const found = verdicts.filter(({ trigger }) => trigger === name);
      const matches = name === "every" || number % 2 === 0;
      const isThere = (runs.get(`${id} ${name}`) ?? 0) > 0;
      if (found.length !== 1 || found[0]?.state !== (matches ? "created" : "filtered") || isThere !== matches) {
        lost.push(`event ${id} (number ${number}), trigger ${name}: ${JSON.stringify(found)}, run: ${isThere}`);
      }
    }
  }
  const duplicated = [...runs].filter(([, count]) => count > 1).map(([key, count]) => `${key}: ${count} runs`);
  return { lost, duplicated };
}

const usage = `usage: npm run crashtest -- [options]

  --kills N         how often it is killed (20)
  --senders N       senders that each wait for their answer before they go on (8)
  --life-ms N       how long a life lasts at most, in milliseconds (1500)
  --journal URL     the PostgreSQL database that keeps the events, instead of the data directory
  --postgres        a PostgreSQL server of its own keeps the events, and fails too
  --disk-full       the disk fails too (root only)
  --remote-sink     a sink of another process's API server, which fails too
`;

/** The options of the command line; the error says what is wrong with them. */
function readOptions(): Result<Omit<CrashOptions, "log">, string> {
  let values: Record<string, string | boolean | undefined>;
  try {
    ({ values } = parseArgs({
      options: {
        kills: { type: "string", default: "20" },
        senders: { type: "string", default: "8" },
        "life-ms": { type: "string", default: "1500" },
        journal: { type: "string" },
        postgres: { type: "boolean", default: false },
        "disk-full": { type: "boolean", default: false },
        "remote-sink": { type: "boolean", default: false },
      },
    }));
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error));
  }
  for (const name of ["kills", "senders", "life-ms"]) {
    if (!/^[1-9]\d*$/.test(String(values[name]))) return err(`--${name} is no number from 1 on: ${values[name]}`);
  }
  const worlds = worldFlags.filter(({ flag }) => values[flag] === true).map(({ world }) => world);
  if (worlds.length > 1) return err(`only one of ${worldFlags.map(({ flag }) => `--${flag}`).join(", ")} can be given`);
  const { journal } = values;
  return ok({
    world: worlds[0] ?? "up",
    kills: Number(values["kills"]),
    senders: Number(values["senders"]),
    maxLifeMs: Number(values["life-ms"]),
    ...(typeof journal === "string" ? { journal } : {}),
  });
}

const worldFlags: readonly { readonly flag: string; readonly world: CrashWorld }[] = [
  { flag: "postgres", world: "up-postgres" },
  { flag: "disk-full", world: "up-disk-full" },
  { flag: "remote-sink", world: "remote-sink" },
];

async function main(): Promise<number> {
  if (process.argv.includes("--help")) {
    process.stdout.write(usage);
    return 0;
  }
  const options = readOptions();
  if (!options.ok) {
    process.stderr.write(`error: ${options.error}\n\n${usage}`);
    return 2;
  }
  const report = await runCrashTest({ ...options.value, log: (line) => process.stdout.write(`${line}\n`) });
  for (const line of [...report.lost, ...report.duplicated].slice(0, 20)) process.stdout.write(`${line}\n`);
  process.stdout.write(
    `lost: ${report.lost.length}, duplicated: ${report.duplicated.length}, accepted: ${report.accepted}, kills: ${report.kills}, unanswered: ${report.unanswered}, refused: ${report.refused}\n`,
  );
  return report.lost.length + report.duplicated.length === 0 && report.accepted > 0 ? 0 : 1;
}

if (import.meta.main) process.exitCode = await main();
