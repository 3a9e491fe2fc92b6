import { equal, ok } from "node:assert/strict";
import { test } from "node:test";
import { parseObject } from "../../json/object-text.ts";
import { jsonTree } from "./json-tree.ts";

test("keys and values are text, whatever they are called", () => {
  const value = parseObject('{"__proto__":{"<b>":"</script>"},"n":12345678901234567890,"e":[],"x":null}');
  const { markup, isWhole } = jsonTree(value, 100);
  ok(isWhole);
  ok(markup.text.includes("__proto__"));
  ok(markup.text.includes("&lt;b&gt;") && !markup.text.includes("<b>"));
  ok(markup.text.includes("&quot;&lt;/script&gt;&quot;"));
  ok(markup.text.includes("12345678901234567890"));
  ok(markup.text.includes("[0]") && markup.text.includes("null"));
});

test("a large value is drawn up to its bound, and says so", () => {
  const { markup, isWhole } = jsonTree(
    Array.from({ length: 500 }, (_, index) => index),
    100,
  );
  equal(isWhole, false);
  equal(markup.text.match(/class="leaf"/g)?.length, 99);
});
