import { equal } from "node:assert/strict";
import { test } from "node:test";
import { canonicalHeaderName } from "./go-header-name.ts";

const vectors = [
  { name: "x-github-event", want: "X-Github-Event" },
  { name: "X-GitHub-Event", want: "X-Github-Event" },
  { name: "ETAG", want: "Etag" },
  { name: "a--b-", want: "A--B-" },
  { name: "1a-b2c", want: "1a-B2c" },
  { name: "x_y", want: "X_y" },
  { name: "with space", want: "with space" },
  { name: "x-é", want: "x-é" },
  { name: "", want: "" },
];

for (const { name, want } of vectors)
  test(`header ${JSON.stringify(name)}`, () => equal(canonicalHeaderName(name), want));
