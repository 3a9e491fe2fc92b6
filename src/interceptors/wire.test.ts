import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeInterceptorRequest, decodeInterceptorResponse, encodeInterceptorRequest } from "./wire.ts";

const responses: { name: string; text: string; want?: object; error?: string }[] = [
  { name: "an empty one stops with OK", text: "{}", want: { continue: false, status: { code: 0, message: "" } } },
  { name: "null too", text: "null", want: { continue: false, status: { code: 0, message: "" } } },
  {
    name: "names match in any case, unknown fields do not matter",
    text: '{"Continue":true,"EXTENSIONS":{"a":1},"x":[]}',
    want: { continue: true, status: { code: 0, message: "" }, extensions: { a: 1 } },
  },
  {
    name: "a code by number",
    text: '{"status":{"code":16,"message":"m"}}',
    want: { continue: false, status: { code: 16, message: "m" } },
  },
  {
    name: "a code by name",
    text: '{"status":{"code":"CANCELLED"}}',
    want: { continue: false, status: { code: 1, message: "" } },
  },
  {
    name: "a null code",
    text: '{"status":{"code":null}}',
    want: { continue: false, status: { code: 0, message: "" } },
  },
  { name: "a name in lower case", text: '{"status":{"code":"ok"}}', error: 'invalid code: "\\"ok\\""' },
  { name: "a number beyond the last", text: '{"status":{"code":17}}', error: "invalid code: 17" },
  { name: "a negative number", text: '{"status":{"code":-1}}', error: 'invalid code: "-1"' },
  { name: "an object for a code", text: '{"status":{"code":{}}}', error: 'invalid code: "{}"' },
  {
    name: "a wrong type",
    text: '{"continue":"yes"}',
    error: "json: cannot unmarshal string into Go struct field InterceptorResponse.continue of type bool",
  },
  {
    name: "a wrong type inside",
    text: '{"status":{"message":1}}',
    error: "json: cannot unmarshal number into Go struct field Status.status.message of type string",
  },
  {
    name: "a wrong code wins over a wrong type",
    text: '{"continue":1,"status":{"code":99}}',
    error: "invalid code: 99",
  },
  { name: "no JSON", text: "nope", error: "invalid character 'o' in literal null (expecting 'u')" },
];
for (const { name, text, want, error } of responses) {
  test(`response: ${name}`, () => {
    const decoded = decodeInterceptorResponse(text);
    if (error === undefined) deepEqual(JSON.parse(JSON.stringify(decoded)), { ok: true, value: want });
    else deepEqual(decoded, { ok: false, error });
  });
}

test("a request leaves out what is empty, but not the context", () => {
  equal(encodeInterceptorRequest({ body: "", header: {} }), '{"context":null}');
});

test("what is encoded decodes to the same", () => {
  const text = fc.string({ unit: "grapheme" });
  const json = fc.object({ key: text, values: [text, fc.boolean(), fc.constant(null)] });
  const context = fc.record({ eventUrl: text, eventId: text, triggerId: text });
  const requests = fc.record({ body: text, header: fc.dictionary(text, fc.array(text)), context });
  fc.assert(
    fc.property(requests, json, (request, extensions) => {
      const whole = { ...request, ...(Object.keys(extensions).length > 0 ? { extensions } : {}) } as never;
      const decoded = decodeInterceptorRequest(encodeInterceptorRequest(whole));
      deepEqual(JSON.parse(JSON.stringify(decoded)), { ok: true, value: JSON.parse(JSON.stringify(whole)) });
    }),
  );
});
