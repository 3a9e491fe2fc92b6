import { readFileSync } from "node:fs";
import { connect } from "node:tls";

/**
 * The client of benchmarks/api.ts, in a process of its own: CONNECTIONS keep-alive connections, each sending its next
 * request when the answer to the last is in. Prints the milliseconds between the first request and the last answer.
 *
 * node bench/api-load.ts HOST PORT CA_FILE TOKEN create|read FIRST COUNT CONNECTIONS
 */
const [host = "", port = "", caFile = "", token = "", verb = "", first = "", count = "", connections = ""] =
  process.argv.slice(2);
const path = "/api/v1/namespaces/default/configmaps";
const ca = readFileSync(caFile);
const head = `Host: ${host}\r\nAuthorization: Bearer ${token}\r\nAccept: application/json\r\nUser-Agent: bench/1\r\n`;
const total = Number(count);
const padding = "x".repeat(1_900);

function request(index: number): string {
  const name = `bench-${Number(first) + index}`;
  if (verb === "read") return `GET ${path}/${name} HTTP/1.1\r\n${head}\r\n`;
  const body = JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { padding } });
  return `POST ${path} HTTP/1.1\r\n${head}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

let next = 0;
let answered = 0;
const sockets = await Promise.all(
  Array.from({ length: Number(connections) }, async () => {
    const socket = connect({ host, port: Number(port), ca });
    socket.setNoDelay(true);
    await new Promise((resolve, reject) => {
      socket.once("secureConnect", resolve);
      socket.once("error", reject);
    });
    return socket;
  }),
);
const startedMs = performance.now();
await new Promise<void>((resolve, reject) => {
  for (const socket of sockets) {
    let waiting = 0;
    let kept = "";
    const send = (): void => {
      if (next < total) socket.write(request(next++));
    };
    socket.on("data", (chunk: Buffer) => {
      if (waiting === 0) {
        kept += chunk.toString("latin1");
        const end = kept.indexOf("\r\n\r\n");
        if (end < 0) return;
        const wanted = verb === "read" ? "HTTP/1.1 200" : "HTTP/1.1 201";
        const length = /\r\ncontent-length: (\d+)/i.exec(kept.slice(0, end));
        if (!kept.startsWith(wanted) || !length) return reject(new Error(kept.slice(0, 500)));
        waiting = end + 4 + Number(length[1]) - kept.length;
        kept = "";
      } else waiting -= chunk.length;
      if (waiting > 0) return;
      waiting = 0;
      if (++answered === total) return resolve();
      send();
    });
    socket.on("error", reject);
    send();
  }
});
process.stdout.write(`${performance.now() - startedMs}\n`);
process.exit(0);
