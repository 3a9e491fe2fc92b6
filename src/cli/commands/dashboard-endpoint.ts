import { readFileSync } from "node:fs";
import type { Status } from "../../api/object.ts";
import { asJson, type EndpointAnswer } from "../../dashboard/answer.ts";
import { type EndpointCall, endpointNames, sessionEndpoints } from "../../dashboard/endpoints.ts";
import { pathSegments } from "../../dashboard/visit.ts";
import { decodeGoJsonObject } from "../../json/go-decode.ts";
import type { JsonObject } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import type { ConnectionOptions } from "../connection.ts";
import { openEndpoints } from "../endpoints.ts";
import { type Failure, failure, usageFailure } from "../failure.ts";
import { formatObject } from "../output.ts";

export interface EndpointOptions extends ConnectionOptions {
  readonly signal: AbortSignal;
}

/** `tektite dashboard get`: what an endpoint of the dashboard answers; without a path, which there are. */
export async function getEndpoint(
  target: string | undefined,
  options: EndpointOptions,
): Promise<Result<void, Failure>> {
  if (target !== undefined) return ask(target, { method: "GET" }, options);
  const names = (await endpointNames()).map(({ method, path }) => `${method.padEnd(4)} /api/${path}\n`);
  process.stdout.write(names.sort().join(""));
  return ok(undefined);
}

/** `tektite dashboard post`: has an endpoint do something. `data` is a JSON object; `-`: on standard input. */
export async function postEndpoint(
  target: string,
  options: EndpointOptions & { readonly data: string },
): Promise<Result<void, Failure>> {
  const body = readData(options.data);
  return body.ok ? ask(target, { method: "POST", body: body.value, isReadOnly: false }, options) : body;
}

function readData(data: string): Result<JsonObject, Failure> {
  const decoded = decodeGoJsonObject(data === "-" ? readFileSync(0) : Buffer.from(data));
  return decoded.ok ? ok(decoded.value ?? {}) : err(usageFailure(`--data is no JSON object: ${decoded.error}`));
}

async function ask(target: string, call: EndpointCall, options: EndpointOptions): Promise<Result<void, Failure>> {
  const url =
    target.startsWith("/") && URL.canParse(target, "http://dashboard")
      ? new URL(target, "http://dashboard")
      : undefined;
  const [api, ...path] = pathSegments(url?.pathname ?? "") ?? [];
  if (url === undefined || api !== "api") {
    return err(
      usageFailure(`${target}: an endpoint begins with /api/ (without a path, tektite dashboard get lists them)`),
    );
  }
  if (sessionEndpoints.has(path.join("/")))
    return err(failure(`${target} is about a browser's session: there is none`));
  const connection = openEndpoints(options);
  if (!connection.ok) return connection;
  return print(await connection.value.endpoints.answer(path, url.searchParams, call));
}

async function print(answer: EndpointAnswer): Promise<Result<void, Failure>> {
  switch (answer.kind) {
    case "json": {
      const body = asJson(answer.body);
      if (answer.status >= 300) return err(failure((body as unknown as Status).message ?? `status ${answer.status}`));
      process.stdout.write(formatObject(body, "json"));
      return ok(undefined);
    }
    case "text":
      await write(answer.body);
      return ok(undefined);
    case "records":
      for await (const record of answer.records) await write(`${JSON.stringify(record)}\n`);
      return ok(undefined);
    case "stream":
      await answer.write({ waitingBytes: 0, write });
      return ok(undefined);
    default:
      return answer satisfies never;
  }
}

/** Resolves when the reader keeps up. */
async function write(content: string | Uint8Array): Promise<void> {
  if (!process.stdout.write(content)) await new Promise((resolve) => process.stdout.once("drain", resolve));
}
