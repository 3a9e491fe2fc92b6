import { equal, notEqual } from "node:assert/strict";
import { test } from "node:test";
import { KubeClient } from "../kube/client.ts";
import { HttpsTransport } from "../kube/https-transport.ts";
import { Sessions } from "./sessions.ts";

const hourMs = 60 * 60 * 1000;
const client = new KubeClient(
  new HttpsTransport({
    server: "http://127.0.0.1:1",
    insecureSkipTlsVerify: false,
    bearerToken: async () => undefined,
    namespace: "default",
  }),
);

test("a ticket is valid once, for ten minutes", () => {
  let nowMs = 0;
  const sessions = new Sessions(() => nowMs);
  const ticket = sessions.issueTicket();
  equal(sessions.redeemTicket(`${ticket}x`), false);
  equal(sessions.redeemTicket(ticket), true);
  equal(sessions.redeemTicket(ticket), false);
  const late = sessions.issueTicket();
  nowMs = 10 * 60 * 1000;
  equal(sessions.redeemTicket(late), false);
});

test("a session ends two hours after its last use, and twelve after its beginning", () => {
  let nowMs = 0;
  const sessions = new Sessions(() => nowMs);
  const { id, csrfToken, ended } = sessions.begin({ userName: "ada", client });
  notEqual(id, csrfToken);
  for (; nowMs < 12 * hourMs; nowMs += hourMs) equal(sessions.find(id)?.userName, "ada");
  equal(sessions.find(id), undefined);
  equal(ended.aborted, true);
  const idle = sessions.begin({ userName: "ada", client });
  nowMs += 2 * hourMs;
  sessions.dropExpired();
  equal(idle.ended.aborted, true, "its streams end though nobody asks for it");
  equal(sessions.find(idle.id), undefined);
});

test("signing out ends the streams of a session, and only that session", () => {
  const sessions = new Sessions(() => 0);
  const [first, second] = [sessions.begin({ userName: "ada", client }), sessions.begin({ userName: "bob", client })];
  sessions.end(first);
  equal(first.ended.aborted, true);
  equal(sessions.find(first.id), undefined);
  equal(sessions.find(second.id)?.userName, "bob");
});
