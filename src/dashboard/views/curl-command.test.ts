import { deepEqual } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { curlCommand } from "./curl-command.ts";
import type { HeaderView } from "./event-view.ts";

const headers: readonly HeaderView[] = [
  { name: "Content-Type", value: "application/json", kind: "plain" },
  { name: "X-Note", value: `it's "$HOME" \`id\``, kind: "plain" },
  { name: "X-Gitlab-Token", value: "sha256:00", kind: "hashed" },
  { name: "Accept-Encoding", value: "gzip", kind: "connection" },
  { name: "Content-Length", value: "2", kind: "plain" },
];
const request = { method: "POST", url: "http://host/ns/el?a=1&b=2", headers, bodyFile: "e.body" };

/** What a shell makes of the command's words. */
function words(text: string): readonly string[] {
  const script = `curl() { printf '%s\\0' "$@"; }; X_GITLAB_TOKEN=t0ken; ${text}`;
  return spawnSync("sh", ["-c", script], { encoding: "utf8" }).stdout.split("\0").slice(0, -1);
}

const table = [
  {
    name: "a body of text, with everything that a shell would look at",
    body: `{"a":"it's $(id) \\n !x"}\n@`,
    tail: ["--data-raw", `{"a":"it's $(id) \\n !x"}\n@`],
  },
  { name: "a body in a file", body: undefined, tail: ["--data-binary", "@e.body"] },
];

for (const { name, body, tail } of table) {
  test(`curl: ${name}`, () => {
    const { text, variables } = curlCommand({ ...request, body });
    deepEqual(variables, ["X_GITLAB_TOKEN"]);
    deepEqual(words(text), [
      ...["-i", "-X", "POST", "http://host/ns/el?a=1&b=2"],
      ...["-H", "Content-Type: application/json", "-H", `X-Note: it's "$HOME" \`id\``, "-H", "X-Gitlab-Token: t0ken"],
      ...tail,
    ]);
  });
}

test("curl: without a content type none is made up", () => {
  const { text } = curlCommand({ ...request, headers: [], body: "x" });
  deepEqual(words(text).slice(4), ["-H", "Content-Type:", "--data-raw", "x"]);
});
