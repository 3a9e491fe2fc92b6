import { match } from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { diagnoseSignature } from "./diagnose-signature.ts";
import { hashSecretValue } from "./secret-header.ts";

const sent = '{"ref": "refs/heads/main", "who": "Jürgen <j@example.com>"}';
const sign = (body: string, key: string, algorithm = "sha256") => createHmac(algorithm, key).update(body).digest("hex");
const hub = (body: string, key: string) => ({ "X-Hub-Signature-256": [`sha256=${sign(body, key)}`] });
const compact = JSON.stringify(JSON.parse(sent));

const vectors = [
  { name: "no signature", header: {}, body: sent, secret: "k", want: /does not sign/ },
  {
    name: "no hex",
    header: { "X-Gitea-Signature": ["zz"] },
    body: sent,
    secret: "k",
    want: /X-Gitea-Signature is not hex/,
  },
  {
    name: "another algorithm",
    header: { "X-Hub-Signature": ["md5=00"] },
    body: sent,
    secret: "k",
    want: /X-Hub-Signature is not `sha256=`/,
  },
  { name: "another secret", header: hub(sent, "other"), body: sent, secret: "k", want: /differ/ },
  {
    name: "a line break in the Secret",
    header: hub(sent, "k"),
    body: sent,
    secret: "k\n",
    want: /ends in a line break/,
  },
  { name: "blanks in the Secret", header: hub(sent, "k"), body: sent, secret: " k", want: /white space/ },
  { name: "base64 twice", header: hub(sent, "kkk"), body: sent, secret: "a2tr", want: /base64 twice/ },
  { name: "JSON written anew", header: hub(sent, "k"), body: compact, secret: "k", want: /proxy .* written anew/ },
  {
    name: "JSON written anew with ASCII only",
    header: hub(compact.replace("ü", "\\u00fc"), "k"),
    body: compact,
    secret: "k",
    want: /written anew/,
  },
  { name: "a lost line break", header: hub(`${sent}\n`, "k"), body: sent, secret: "k", want: /line break at its end/ },
  {
    name: "SHA-1 only",
    header: { "X-Hub-Signature": [`sha1=${sign(sent, "k", "sha1")}`] },
    body: sent,
    secret: "k",
    want: /SHA-1 only .* right one/,
  },
  {
    name: "a form",
    header: { ...hub("payload=%7B%7D", "k"), "Content-Type": ["application/x-www-form-urlencoded"] },
    body: "payload=%7B%7D",
    secret: "k",
    want: /application\/json/,
  },
  {
    name: "JSON that is called a form",
    header: { ...hub(sent, "k"), "Content-Type": ["application/x-www-form-urlencoded"] },
    body: sent,
    secret: "k\n",
    want: /ends in a line break/,
  },
  {
    name: "JSON that is called a form and read as one",
    header: { ...hub('{"a":"b&c"}', "k"), "Content-Type": ["application/x-www-form-urlencoded"] },
    body: '{"a":"b&c"}',
    secret: "k",
    want: /sends a form/,
  },
  { name: "corrected since", header: hub(sent, "k"), body: sent, secret: "k", want: /corrected since/ },
  {
    name: "a stored token with a line break",
    header: { "X-Gitlab-Token": [hashSecretValue("k")] },
    body: sent,
    secret: "k\n",
    want: /ends in a line break/,
  },
  { name: "Gitea", header: { "X-Gitea-Signature": [sign(sent, "k")] }, body: sent, secret: "k ", want: /white space/ },
];

for (const { name, header, body, secret, want } of vectors) {
  test(`signature failure: ${name}`, () => match(diagnoseSignature({ header, body: Buffer.from(body) }, secret), want));
}
