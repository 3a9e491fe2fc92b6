import { equal } from "node:assert/strict";
import { test } from "node:test";
import { meantName } from "./meant-name.ts";

const vectors = [
  { name: "startswith", want: "startsWith" },
  { name: "requestUrl", want: "requestURL" },
  { name: "existsOne", want: "exists_one" },
  { name: "headers", want: "header" },
  { name: "bdy", want: "body" },
  { name: "bady", want: "body" },
  { name: "compareSecrets", want: "compareSecret" },
  { name: "bo", want: undefined },
  { name: "pusher", want: undefined },
  { name: "_+", want: undefined },
  { name: "", want: undefined },
];

for (const { name, want } of vectors) {
  test(`meantName: ${name}`, () => equal(meantName(name), want));
}
