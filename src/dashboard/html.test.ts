import { equal } from "node:assert/strict";
import { test } from "node:test";
import { html } from "./html.ts";

const hostile = `<script>alert("1")</script>'&`;
const escaped = "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;&amp;";

const vectors = [
  { name: "text is escaped", got: html`<p>${hostile}</p>`, want: `<p>${escaped}</p>` },
  { name: "an attribute cannot be left", got: html`<a href="${hostile}">`, want: `<a href="${escaped}">` },
  { name: "lists are escaped one by one", got: html`${["<", html`<b>`, 1]}`, want: "&lt;<b>1" },
  { name: "markup is escaped once", got: html`<i>${html`<b>${"<"}</b>`}</i>`, want: "<i><b>&lt;</b></i>" },
  { name: "what is absent leaves nothing", got: html`[${undefined}${null}${false}${""}]`, want: "[]" },
  { name: "zero is a number", got: html`${0}`, want: "0" },
  { name: "control characters are shown as such", got: html`${"a\u0000\u001bb\n"}`, want: "a\ufffd\ufffdb\n" },
];

for (const { name, got, want } of vectors) {
  test(name, () => equal(got.text, want));
}

test("an object that looks like markup is none", () => {
  const forged = JSON.parse('{"text":"<script>"}') as { readonly text: string };
  equal(html`${String(forged)}`.text.includes("<script>"), false);
});
