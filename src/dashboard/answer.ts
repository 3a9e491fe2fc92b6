import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { Status } from "../api/object.ts";
import { encodeObject } from "../json/object-text.ts";
import { isJsonArray, isJsonObject, type JsonValue } from "../json/value.ts";
import type { Result } from "../result.ts";
import type { SiteFile } from "./site-files.ts";

/** What an endpoint gives back. */
export type EndpointAnswer =
  | { readonly kind: "json"; readonly status: number; readonly body: unknown }
  | {
      readonly kind: "text";
      readonly contentType: string;
      readonly body: string | Uint8Array;
      readonly fileName?: string;
    }
  /** JSON objects, a line each, as they come; no more is taken than the reader takes. */
  | { readonly kind: "records"; readonly records: AsyncIterable<unknown>; readonly fileName?: string }
  /** Written by the route itself, as it comes. */
  | {
      readonly kind: "stream";
      readonly contentType: string;
      readonly fileName?: string;
      readonly write: (to: StreamWriter) => Promise<void>;
    };

/** What the dashboard's server gives back. */
export type Answer =
  | EndpointAnswer
  /** A file of the built page, in the encoding that the browser takes. */
  | { readonly kind: "file"; readonly file: SiteFile };

/** A response that is being written. */
interface StreamWriter {
  /** Resolves when the reader keeps up. */
  write(text: string): Promise<void>;
  /** Bytes that the reader has not taken yet. */
  readonly waitingBytes: number;
}

/** Nothing is loaded from elsewhere, nothing inline runs, nobody may frame a page, nothing is kept in caches. */
const commonHeaders: OutgoingHttpHeaders = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "cache-control": "no-store",
  vary: "cookie, accept-encoding",
};

/** Sends an answer; `cookies` go along. */
export async function send(
  response: ServerResponse,
  answer: Answer,
  { cookies, isHead }: { readonly cookies: readonly string[]; readonly isHead: boolean },
): Promise<void> {
  const headers: OutgoingHttpHeaders = {
    ...commonHeaders,
    ...(cookies.length === 0 ? {} : { "set-cookie": [...cookies] }),
  };
  const whole = (status: number, contentType: string, body: string | Uint8Array, more: OutgoingHttpHeaders = {}) => {
    const bytes = typeof body === "string" ? Buffer.from(body) : body;
    response.writeHead(status, { ...headers, "content-type": contentType, "content-length": bytes.length, ...more });
    response.end(isHead ? undefined : bytes);
  };
  switch (answer.kind) {
    case "file": {
      const { contentType, contentEncoding, isImmutable, bytes } = answer.file;
      return whole(200, contentType, bytes, {
        ...(contentEncoding === undefined ? {} : { "content-encoding": contentEncoding }),
        ...(isImmutable ? { "cache-control": "public, max-age=31536000, immutable", vary: "accept-encoding" } : {}),
      });
    }
    case "json":
      return whole(answer.status, "application/json", `${encodeObject(asJson(answer.body))}\n`);
    case "text":
      return whole(200, answer.contentType, answer.body, disposition(answer.fileName));
    case "records":
    case "stream": {
      const contentType = answer.kind === "records" ? "application/x-ndjson" : answer.contentType;
      response.writeHead(200, { ...headers, "content-type": contentType, ...disposition(answer.fileName) });
      if (isHead) return void response.end();
      response.flushHeaders();
      const to = writerTo(response);
      if (answer.kind === "stream") await answer.write(to);
      else {
        for await (const record of answer.records) {
          await to.write(`${JSON.stringify(record)}\n`);
          if (response.destroyed) break;
        }
      }
      response.end();
      return;
    }
    default:
      return answer satisfies never;
  }
}

function disposition(fileName: string | undefined): OutgoingHttpHeaders {
  if (fileName === undefined) return {};
  return { "content-disposition": `attachment; filename="${fileName.replace(/[^\w.-]/g, "_")}"` };
}

function writerTo(response: ServerResponse): StreamWriter {
  return {
    get waitingBytes() {
      return response.writableLength;
    },
    write: (text) =>
      new Promise((resolve) => {
        if (response.destroyed || response.write(text)) return resolve();
        const go = () => {
          response.off("drain", go);
          response.off("close", go);
          resolve();
        };
        response.once("drain", go);
        response.once("close", go);
      }),
  };
}

/** A result for those who read JSON: the value, or the Status with its code. */
export function jsonResult(result: Result<unknown, Status>): EndpointAnswer {
  return result.ok
    ? { kind: "json", status: 200, body: result.value }
    : { kind: "json", status: result.error.code ?? 500, body: result.error };
}

/** Our own data as JSON: fields that are undefined are left out, bytes never occur. */
export function asJson(value: unknown): JsonValue {
  const json = value as JsonValue;
  if (isJsonArray(json)) return json.map(asJson);
  if (isJsonObject(json)) {
    return Object.fromEntries(
      Object.entries(json)
        .filter(([, inner]) => inner !== undefined)
        .map(([key, inner]) => [key, asJson(inner)]),
    );
  }
  return json;
}
