import { equal } from "node:assert/strict";
import { test } from "node:test";
import { formAsJson } from "./form-body.ts";
import { EventBody } from "./trigger-event.ts";

const form = "application/x-www-form-urlencoded";

const vectors: { name: string; type: string; body: string; isLenient?: boolean; want: string | undefined }[] = [
  { name: "fields become lists", type: form, body: "b=2&a=1&a=x+y", want: '{"a":["1","x y"],"b":["2"]}' },
  { name: "a field without equals sign is empty", type: form, body: "a&b=", want: '{"a":[""],"b":[""]}' },
  { name: "escapes", type: form, body: "a=%3C%26&b=%C3%A9", want: '{"a":["\\u003c\\u0026"],"b":["é"]}' },
  { name: "bytes that are no UTF-8", type: form, body: "a=%FF&b=1", want: '{"a":["\ufffd"],"b":["1"]}' },
  {
    name: "a sequence of UTF-8 that is cut off",
    type: form,
    body: "a=%E2%82&b=1",
    want: '{"a":["\ufffd\ufffd"],"b":["1"]}',
  },
  { name: "too many pairs stay as they are", type: form, body: `a=1${"&b=2".repeat(10_000)}`, want: undefined },
  {
    name: "bad escapes and semicolons are dropped",
    type: form,
    body: "a=1&b=%zz&c;d=1&e=2",
    want: '{"a":["1"],"e":["2"]}',
  },
  { name: "__proto__ is a field", type: form, body: "__proto__=1&a=2", want: '{"__proto__":["1"],"a":["2"]}' },
  { name: "one field stays as it is", type: form, body: "a=1&a=2", want: undefined },
  { name: "another media type stays as it is", type: "application/json", body: "a=1&b=2", want: undefined },
  { name: "so does one with a charset", type: `${form}; charset=utf-8`, body: "a=1&b=2", want: undefined },
  { name: "lenient: one field", type: form, body: "payload=%7B%7D", isLenient: true, want: '{"payload":["{}"]}' },
  {
    name: "lenient: charset",
    type: `${form}; charset=utf-8`,
    body: "a=1&b=2",
    isLenient: true,
    want: '{"a":["1"],"b":["2"]}',
  },
  { name: "lenient: JSON is no form", type: form, body: '{"a":1}', isLenient: true, want: undefined },
];
for (const { name, type, body, isLenient = false, want } of vectors) {
  test(name, () => equal(formAsJson({ "Content-Type": [type] }, new EventBody(body), { isLenient })?.text, want));
}
