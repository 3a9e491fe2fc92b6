import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { eventHeader, headerOfText } from "./event-header.ts";

const vectors: { name: string; raw: readonly string[]; want: Readonly<Record<string, readonly string[]>> }[] = [
  { name: "names become canonical", raw: ["x-gitHub-event", "push"], want: { "X-Github-Event": ["push"] } },
  { name: "values of one name are a list", raw: ["X-A", "1", "x-a", "2"], want: { "X-A": ["1", "2"] } },
  { name: "what Go keeps for itself is left out", raw: ["Host", "h", "Transfer-Encoding", "chunked"], want: {} },
  { name: "bytes are UTF-8", raw: ["X-A", Buffer.from("é€").toString("latin1")], want: { "X-A": ["é€"] } },
  { name: "broken UTF-8", raw: ["X-A", "a\xffb"], want: { "X-A": ["a\ufffdb"] } },
  { name: "__proto__ is a name", raw: ["__proto__", "x"], want: JSON.parse('{"__proto__":["x"]}') },
];
for (const { name, raw, want } of vectors) {
  test(name, () => deepEqual(JSON.stringify(eventHeader(raw)), JSON.stringify(want)));
}

test("text goes out as the bytes of its UTF-8", () => {
  equal(headerOfText("é"), "Ã©");
  equal(headerOfText("plain"), "plain");
});
