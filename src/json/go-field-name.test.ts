import { equal } from "node:assert/strict";
import { test } from "node:test";
import { foldFieldName } from "./go-field-name.ts";

const vectors = [
  { key: "SecretKey", want: "secretkey" },
  { key: "\u017fecret\u212aey", want: "secretkey" },
  { key: "É", want: "É" },
  { key: "ß", want: "ß" },
  { key: "__proto__", want: "__proto__" },
] as const;

for (const { key, want } of vectors) test(`folds ${key} to ${want}`, () => equal(foldFieldName(key), want));
