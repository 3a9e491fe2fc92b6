import { equal } from "node:assert/strict";
import { test } from "node:test";
import { encodeOpenApi } from "./openapi-protobuf.ts";

/** The bytes were worked out by a second encoder. */
const vectors = [
  {
    name: "head of a document",
    document: { swagger: "2.0", info: { title: "K", version: "1" } },
    want: "0a03322e3012060a014b12013142004a00",
  },
  {
    name: "a definition with a property that is a reference, a type, a required name and an extension",
    document: {
      definitions: { d: { type: "object", properties: { p: { $ref: "#/x" } }, required: ["p"], "x-k": [1] } },
    },
    want: "120042004a350a330a0164122e9a010170b201080a066f626a656374ca010c0a0a0a017012050a03232f78fa010d0a03782d6b120612045b315d0a",
  },
];

for (const { name, document, want } of vectors) {
  test(`OpenAPI as protobuf: ${name}`, () => equal(Buffer.from(encodeOpenApi(document)).toString("hex"), want));
}
