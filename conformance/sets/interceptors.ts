import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { inspect, isDeepStrictEqual } from "node:util";
import { answerCoreRequest } from "../../src/interceptors/core-server.ts";
import type { InterceptorEnvironment } from "../../src/interceptors/interceptor.ts";
import { encodeGoJson } from "../../src/json/go-encode.ts";
import { decodeGoUtf8 } from "../../src/json/go-utf8.ts";
import type { JsonObject, JsonValue } from "../../src/json/value.ts";
import { err, ok } from "../../src/result.ts";
import type { CaseOutcome, ConformanceSet } from "../set.ts";

/** One POST to the core interceptors server (README-events.md, interceptors.json). */
interface InterceptorCase {
  readonly name: string;
  readonly interceptor: string;
  readonly path?: string;
  readonly method?: string;
  readonly params?: JsonObject | null;
  readonly body?: string | null;
  readonly bodyBase64?: string;
  readonly header?: JsonObject | null;
  readonly extensions?: JsonObject | null;
  readonly context?: JsonObject | null;
  readonly secrets?: Readonly<Record<string, Readonly<Record<string, string>>>> | null;
  readonly rawRequest?: string;
  readonly github?: readonly GithubAnswer[];
  readonly httpStatus?: number;
  readonly contentType?: string;
  readonly response?: JsonValue;
  readonly responseText?: string;
  readonly panic?: string;
  readonly githubCalls?: readonly GithubCall[];
}

interface GithubAnswer {
  readonly request: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface GithubCall {
  readonly request: string;
  readonly accept?: string;
  readonly authorization?: string;
}

function requestText(test: InterceptorCase): string {
  if (test.rawRequest !== undefined) return test.rawRequest;
  const body = test.bodyBase64 === undefined ? test.body : decodeGoUtf8(Buffer.from(test.bodyBase64, "base64"));
  const parts = { body, header: test.header, extensions: test.extensions, interceptor_params: test.params };
  const given = Object.entries({ ...parts, context: test.context }).flatMap(([name, value]) =>
    value === undefined || value === null ? [] : [`${JSON.stringify(name)}:${encodeGoJson(value)}`],
  );
  return `{${given.join(",")}}`;
}

/** Secrets and a GitHub as the case describes them; `calls` fills with the requests made. */
function environmentOf(test: InterceptorCase, calls: GithubCall[]): InterceptorEnvironment {
  return {
    secrets: {
      read: async ({ namespace, name, key }) => {
        const secret = test.secrets?.[`${namespace}/${name}`];
        if (secret === undefined) return err(`secrets "${name}" not found`);
        const value = Object.hasOwn(secret, key) ? secret[key] : undefined;
        return value === undefined ? err(`cannot find ${key} key in secret ${namespace}/${name}`) : ok(value);
      },
    },
    codeHost: {
      get: async (url, headers) => {
        const { Accept: accept, Authorization: authorization } = headers;
        calls.push({
          request: `GET ${url}`,
          ...(accept ? { accept } : {}),
          ...(authorization ? { authorization } : {}),
        });
        const answer = test.github?.find(({ request }) => request === `GET ${url}`);
        if (answer === undefined) return ok({ status: 404, headers: {}, body: '{"message":"Not Found"}' });
        const lower = Object.entries(answer.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
        return ok({ status: answer.status ?? 200, headers: Object.fromEntries(lower), body: answer.body ?? "" });
      },
    },
    // The operator of these vectors trusts the hosts that their events name.
    enterpriseHosts: new Set(
      Object.entries(test.header ?? {})
        .filter(([name]) => name.toLowerCase() === "x-github-enterprise-host")
        .flatMap(([, values]) => (values as readonly string[]).map((host) => host.toLowerCase())),
    ),
    nowMs: () => 0,
  };
}

async function runCase(test: InterceptorCase): Promise<CaseOutcome> {
  const calls: GithubCall[] = [];
  const path = test.path ?? `/${test.interceptor}`;
  const answer = await answerCoreRequest(path, requestText(test), environmentOf(test, calls));
  const isJson = answer.contentType === "application/json";
  const body = isJson ? (JSON.parse(answer.body) as JsonObject) : answer.body;
  if (test.panic !== undefined) {
    const status = typeof body === "string" ? {} : (body["status"] as JsonObject);
    const passed = typeof body !== "string" && body["continue"] === false && Number(status["code"] ?? 0) > 0;
    return { name: test.name, passed, ...(passed ? {} : { diff: `wanted a stop with a code, got ${answer.body}` }) };
  }
  const got = { status: answer.status, contentType: answer.contentType, body, calls };
  const want = {
    status: test.httpStatus,
    contentType: test.contentType,
    body: test.responseText ?? test.response,
    calls: test.githubCalls ?? [],
  };
  const passed = isDeepStrictEqual(got, want);
  const show = (value: unknown) => inspect(value, { depth: 9, breakLength: 160 });
  return { name: test.name, passed, ...(passed ? {} : { diff: `want ${show(want)}\ngot  ${show(got)}` }) };
}

export const set: ConformanceSet = {
  claim: (path) => (basename(path) === "interceptors.json" ? "interceptors" : undefined),
  async *run(_name, files) {
    for (const file of files) {
      const { defaults, cases } = JSON.parse(readFileSync(file, "utf8")) as {
        defaults: Partial<InterceptorCase>;
        cases: readonly InterceptorCase[];
      };
      for (const test of cases) yield await runCase({ ...defaults, ...test });
    }
  },
};
