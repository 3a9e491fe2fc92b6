import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import { err, ok } from "../result.ts";
import { usageFailure } from "./failure.ts";
import { journalUrl } from "./journal-url.ts";

const expected = "a PostgreSQL URL is expected, such as postgres://user:password@host/database";
const refused = (where: string) => err(usageFailure(`${where}: ${expected}`));
const url = "postgres://ci:secret@db/events";

const vectors = [
  { name: "nothing is named", flag: undefined, want: ok(undefined) },
  { name: "empty values name nothing", flag: "", variable: "", want: ok(undefined) },
  { name: "the flag", flag: url, want: ok(url) },
  { name: "the longer scheme", flag: "postgresql://db/events", want: ok("postgresql://db/events") },
  { name: "the variable", flag: undefined, variable: url, want: ok(url) },
  { name: "the flag before the variable", flag: url, variable: "nothing", want: ok(url) },
  { name: "a file's name", flag: "events.db", want: refused("--journal") },
  { name: "another database", flag: "mysql://ci:secret@db/events", want: refused("--journal") },
  { name: "a misspelt scheme", flag: "postgres:/db/events", want: refused("--journal") },
  { name: "a socket of this machine", flag: "postgres:///events?host=/run", want: ok("postgres:///events?host=/run") },
  {
    name: "a variable that is none",
    flag: undefined,
    variable: "db/events",
    want: refused("the environment variable TEKTITE_JOURNAL_URL"),
  },
] as const;

for (const { name, flag, want, ...rest } of vectors) {
  test(`journalUrl: ${name}`, () => {
    const environment = "variable" in rest ? { TEKTITE_JOURNAL_URL: rest.variable } : {};
    deepEqual(journalUrl({ name: "--journal", value: flag }, environment), want);
  });
}
