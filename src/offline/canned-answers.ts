import { STATUS_CODES } from "node:http";
import { err, ok, type Result } from "../result.ts";
import { eventHeader } from "../sink/event-header.ts";
import type { Outgoing } from "./outgoing.ts";

/** What a test lets an address answer. */
export interface CannedAnswer {
  readonly url: string;
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** Interceptors and code hosts that answer as a test says; others are not reached. */
export function cannedOutgoing(answers: readonly CannedAnswer[]): Outgoing {
  const find = (url: string): Result<CannedAnswer, string> => {
    const found = answers.find((answer) => answer.url === url);
    return found ? ok(found) : err("the test has no answer for it under spec.http");
  };
  return {
    http: {
      async post({ url }) {
        const found = find(url);
        if (!found.ok) return found;
        const { status, headers, body } = found.value;
        const statusText = `${status} ${STATUS_CODES[status] ?? ""}`.trimEnd();
        return ok({ status, statusText, header: eventHeader(headers.flat()), body: Buffer.from(body) });
      },
    },
    codeHost: {
      async get(url) {
        const found = find(url);
        if (!found.ok) return found;
        const { status, headers, body } = found.value;
        const lowerCase = Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
        return ok({ status, headers: lowerCase, body });
      },
    },
  };
}
