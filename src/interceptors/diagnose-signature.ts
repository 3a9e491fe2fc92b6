import { createHmac } from "node:crypto";
import { formMediaType, headerValue } from "./header.ts";
import { hashSecretValue } from "./secret-header.ts";
import { isSameSecret } from "./signature.ts";

/** What a sender that could not be verified has sent, as the journal keeps it. */
export interface RefusedEvent {
  readonly header: Readonly<Record<string, readonly string[]>>;
  readonly body: Uint8Array;
}

/** A signature, and how it was made. */
interface Signature {
  readonly header: string;
  readonly algorithm: "sha1" | "sha256" | "sha512";
  readonly hex: string;
  /** Signed before the body. */
  readonly prefix: string;
}

const prefixedHeaders = ["X-Hub-Signature-256", "X-Hub-Signature"];
const hexHeaders = ["X-Gitea-Signature", "X-Forgejo-Signature", "X-Gogs-Signature"];

/**
 * The likely reason why a sender could not be verified, and what to do about it, in one sentence: found by trying the
 * mistakes that people and proxies make.
 */
export function diagnoseSignature(event: RefusedEvent, secret: string): string {
  const token = headerValue(event.header, "X-Gitlab-Token");
  if (token !== "") return diagnoseToken(token, secret);
  const signatures = signaturesOf(event);
  const [strongest] = signatures;
  if (strongest === undefined) {
    const unread = [...hexHeaders, ...prefixedHeaders].find((name) => headerValue(event.header, name) !== "");
    if (unread !== undefined) {
      const form = hexHeaders.includes(unread) ? "hexadecimal digits" : "`sha256=` and hexadecimal digits";
      return `the sender does not sign as Gitea or GitHub do: its ${unread} is not ${form}`;
    }
    return "the sender does not sign: no signature header came with the event; set the secret in the settings of its webhook";
  }
  if (isForm(event)) return formReason(event);
  if (signatures.every(({ algorithm }) => algorithm === "sha1")) {
    const verdict = isSignedBy(strongest, secret, event.body)
      ? "the secret is the right one"
      : "the secret may be wrong, too";
    return `the sender signs with SHA-1 only (${strongest.header}), which is not accepted: use a version of it that sends X-Hub-Signature-256; ${verdict}`;
  }
  if (isSignedBy(strongest, secret, event.body)) {
    // What is called a form is read as one, if only it has an ampersand.
    if (isCalledForm(event) && event.body.includes(0x26)) return formReason(event);
    return "the signature is right by the Secret as it is now: it has been corrected since, replay the event";
  }
  for (const { key, says } of secretVariants(secret)) {
    if (isSignedBy(strongest, key, event.body)) return says;
  }
  for (const { body, says } of bodyVariants(event.body)) {
    if (isSignedBy(strongest, secret, body)) {
      return `a proxy in between has changed the body (${says}): let it pass bodies on byte for byte`;
    }
  }
  return "the Secret and the secret in the settings of the webhook differ: set the same in both";
}

/** Of the reasons for several secrets, one of which was to be the sender's, the one that says most. */
export function likeliestReason(reasons: readonly string[]): string | undefined {
  return reasons.find((reason) => !reason.endsWith("differ: set the same in both")) ?? reasons[0];
}

function diagnoseToken(token: string, secret: string): string {
  const isToken = (value: string) => isSameSecret(token, value) || isSameSecret(token, hashSecretValue(value));
  if (isToken(secret))
    return "the token is that of the Secret as it is now: it has been corrected since, replay the event";
  for (const { key, says } of secretVariants(secret)) if (isToken(key)) return says;
  return "the Secret and the secret token in the settings of the webhook differ: set the same in both";
}

/** The strongest first. */
function signaturesOf({ header }: RefusedEvent): readonly Signature[] {
  const found: Signature[] = [];
  for (const name of prefixedHeaders) {
    const [, algorithm, hex] = /^(sha1|sha256|sha512)=([0-9a-fA-F]+)$/.exec(headerValue(header, name)) ?? [];
    if (algorithm !== undefined && hex !== undefined) {
      found.push({ header: name, algorithm: algorithm as Signature["algorithm"], hex, prefix: "" });
    }
  }
  for (const name of hexHeaders) {
    const value = headerValue(header, name);
    if (/^[0-9a-fA-F]+$/.test(value)) found.push({ header: name, algorithm: "sha256", hex: value, prefix: "" });
  }
  const slack = /^v0=([0-9a-fA-F]+)$/.exec(headerValue(header, "X-Slack-Signature"))?.[1];
  if (slack !== undefined) {
    const prefix = `v0:${headerValue(header, "X-Slack-Request-Timestamp")}:`;
    found.push({ header: "X-Slack-Signature", algorithm: "sha256", hex: slack, prefix });
  }
  return found.sort((a, b) => Number(a.algorithm === "sha1") - Number(b.algorithm === "sha1"));
}

function isSignedBy({ algorithm, hex, prefix }: Signature, secret: string, body: Uint8Array): boolean {
  return isSameSecret(createHmac(algorithm, secret).update(prefix).update(body).digest("hex"), hex.toLowerCase());
}

/**
 * A form is signed as it is sent; Slack's slash commands are forms by design. JSON that is only called a form, as curl
 * does, is none.
 */
function isForm(event: RefusedEvent): boolean {
  const isSlack = headerValue(event.header, "X-Slack-Signature") !== "";
  if (isSlack || startsWith(event.body, "{")) return false;
  return isCalledForm(event) || startsWith(event.body, "payload=");
}

function isCalledForm({ header }: RefusedEvent): boolean {
  return headerValue(header, "Content-Type").toLowerCase().startsWith(formMediaType);
}

function formReason({ header }: RefusedEvent): string {
  const type = headerValue(header, "Content-Type");
  return `the sender sends a form (${type}): choose the content type application/json in the settings of its webhook`;
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return Buffer.from(bytes.subarray(0, text.length)).toString("latin1") === text;
}

/** Secrets that people meant to store, where the stored one is a slip. */
function secretVariants(secret: string): readonly { readonly key: string; readonly says: string }[] {
  const decoded = Buffer.from(secret, "base64");
  const isBase64 = secret.length > 0 && decoded.toString("base64") === secret.trim();
  return [
    {
      key: secret.replace(/\r?\n$/, ""),
      says: "the stored secret ends in a line break: store it without (printf instead of echo, echo -n before base64)",
    },
    { key: secret.trim(), says: "the stored secret has white space around it: store it without" },
    {
      key: `${secret}\n`,
      says: "the sender's secret ends in a line break: enter it again in the settings of the webhook",
    },
    ...(isBase64
      ? [
          {
            key: decoded.toString(),
            says: "the stored secret is encoded with base64 twice: use stringData, or encode once",
          },
        ]
      : []),
    {
      key: Buffer.from(secret).toString("base64"),
      says: "the sender uses the secret in its base64 form: enter it decoded",
    },
  ].filter(({ key }) => key !== secret && key !== "");
}

/** What the body may have been before somebody wrote it anew. */
function bodyVariants(body: Uint8Array): readonly { readonly body: Uint8Array; readonly says: string }[] {
  const text = Buffer.from(body).toString("utf8");
  const variants = [
    { text: `${text}\n`, says: "a line break at its end is gone" },
    { text: text.replace(/\r?\n$/, ""), says: "a line break was put at its end" },
    { text: text.replaceAll("\r\n", "\n"), says: "its line breaks were changed" },
    { text: text.replaceAll(/\r?\n/g, "\r\n"), says: "its line breaks were changed" },
    { text: `\ufeff${text}`, says: "its byte order mark is gone" },
  ];
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  if (json !== undefined) {
    const rewritten = "the JSON was written anew";
    const compact = JSON.stringify(json);
    const spaced = spacedJson(json);
    const forms = [compact, spaced, JSON.stringify(json, null, 2), JSON.stringify(json, null, 4)];
    for (const form of forms) {
      for (const escaped of [form, escapeHtml(form), escapeUnicode(form), form.replaceAll("/", "\\/")]) {
        variants.push({ text: escaped, says: rewritten }, { text: `${escaped}\n`, says: rewritten });
      }
    }
    variants.push({
      text: `payload=${encodeURIComponent(compact).replaceAll("%20", "+")}`,
      says: "a form was turned into JSON",
    });
  }
  return variants
    .filter((variant) => variant.text !== text)
    .map((each) => ({ body: Buffer.from(each.text), says: each.says }));
}

/** As Python's json module writes it. */
function spacedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spacedJson).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}: ${spacedJson(item)}`)
    .join(", ")}}`;
}

/** As Go writes it. */
function escapeHtml(text: string): string {
  return text.replaceAll("<", "\\u003c").replaceAll(">", "\\u003e").replaceAll("&", "\\u0026");
}

function escapeUnicode(text: string): string {
  return text.replace(/[^\x00-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
