import { createHmac } from "node:crypto";
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** Push events as fast as they are answered, and go on when nobody answers. */
export class Senders {
  /** Number by event ID. */
  readonly accepted = new Map<string, number>();
  unanswered = 0;
  /** Answered with something else than 202. */
  refused = 0;
  readonly #port: number;
  readonly #path: string;
  readonly #agent: Agent;
  readonly #loops: readonly Promise<void>[];
  #next = 0;
  #isStopping = false;

  constructor({ port, path }: { readonly port: number; readonly path: string }, count: number) {
    this.#port = port;
    this.#path = path;
    this.#agent = new Agent({ keepAlive: true, maxSockets: count });
    this.#loops = Array.from({ length: count }, () => this.#loop());
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(this.#loops);
    this.#agent.destroy();
  }

  async #loop(): Promise<void> {
    while (!this.#isStopping) {
      const number = this.#next++;
      const answer = await this.#push(number);
      if (answer.kind === "accepted") this.accepted.set(answer.eventId, number);
      else {
        if (answer.kind === "cut") this.unanswered++;
        else if (answer.kind === "refused") this.refused++;
        await sleep(20);
      }
    }
  }

  #push(
    number: number,
  ): Promise<{ kind: "accepted"; eventId: string } | { kind: "refused" } | { kind: "absent" } | { kind: "cut" }> {
    const body = JSON.stringify({ number, padding: "x".repeat(500) });
    const signature = createHmac("sha256", "crash").update(body).digest("hex");
    return new Promise((resolve) => {
      let isSent = false;
      const sent = request(
        {
          agent: this.#agent,
          host: "127.0.0.1",
          port: this.#port,
          method: "POST",
          path: this.#path,
          headers: {
            "content-type": "application/json",
            "content-length": Buffer.byteLength(body),
            "x-github-event": "push",
            "x-hub-signature-256": `sha256=${signature}`,
          },
        },
        (response) => {
          let text = "";
          response.on("data", (chunk: Buffer) => (text += chunk.toString()));
          response.on("error", () => resolve({ kind: "cut" }));
          response.on("end", () => {
            if (response.statusCode !== 202) return resolve({ kind: "refused" });
            resolve({ kind: "accepted", eventId: (JSON.parse(text) as { eventID: string }).eventID });
          });
          // The status line is the promise, even if the rest of the answer never comes; but then the ID is unknown.
          response.on("aborted", () => resolve({ kind: "cut" }));
        },
      );
      sent.on("socket", (socket) => {
        if (socket.connecting) socket.once("connect", () => (isSent = true));
        else isSent = true;
      });
      sent.on("error", () => resolve({ kind: isSent ? "cut" : "absent" }));
      sent.setTimeout(30_000, () => sent.destroy());
      sent.end(body);
    });
  }
}
