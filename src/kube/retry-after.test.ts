import { deepEqual, equal } from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { HttpsTransport } from "./https-transport.ts";

interface Vector {
  readonly name: string;
  /** Status and Retry-After of one answer after the other. */
  readonly answers: readonly (readonly [status: number, retryAfter?: string])[];
  readonly want: number;
  readonly asked: number;
}

const vectors: readonly Vector[] = [
  {
    name: "a busy server is asked again when it says so",
    answers: [[429, "0"], [503, "0"], [200]],
    want: 200,
    asked: 3,
  },
  { name: "without Retry-After the answer stands", answers: [[429], [200]], want: 429, asked: 1 },
  { name: "a conflict is no matter of time", answers: [[409, "0"], [200]], want: 409, asked: 1 },
  { name: "not for ever", answers: Array.from({ length: 20 }, () => [429, "0"] as const), want: 429, asked: 11 },
];

for (const { name, answers, want, asked } of vectors) {
  test(name, async () => {
    const bodies: string[] = [];
    const server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => {
        body += chunk.toString();
      });
      request.on("end", () => {
        const [status, retryAfter] = answers[bodies.length] ?? [500];
        bodies.push(body);
        response.writeHead(status, {
          "content-type": "application/json",
          ...(retryAfter === undefined ? {} : { "retry-after": retryAfter }),
        });
        response.end("{}");
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const transport = new HttpsTransport({
      server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      insecureSkipTlsVerify: false,
      bearerToken: async () => undefined,
      namespace: "default",
    });
    const answer = await transport.send({ method: "POST", path: "/x", body: { a: 1 } });
    equal(answer.status, want);
    deepEqual(bodies, Array(asked).fill('{"a":1}'), "the same request each time");
    server.closeAllConnections();
    server.close();
  });
}
