import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { CloudEventNotices, type CloudEventPost } from "./cloud-event-notices.ts";
import type { Notice } from "./event-notice.ts";
import { SinkLog } from "./sink-log.ts";

const listener = { namespace: "ns", name: "el", uid: "u" };

async function sent(notices: readonly Notice[], options: { correct?: boolean; refusals?: number } = {}) {
  const posts: CloudEventPost[] = [];
  const lines: string[] = [];
  let refusals = options.refusals ?? 0;
  const log = new SinkLog({ write: (line) => lines.push(line), level: "info", nowMs: () => 0 });
  const send = async (post: CloudEventPost) => {
    posts.push(post);
    return refusals-- <= 0;
  };
  const attributes = { hasCorrectAttributes: options.correct ?? false, nowMs: () => 0 };
  const receiver = new CloudEventNotices("http://sink.example/", send, log, attributes);
  for (const notice of notices) receiver.notify(notice);
  const wanted = notices.length + (options.refusals ?? 0);
  while (posts.length < wanted && lines.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  return { posts, lines };
}

const notice = (more: Partial<Notice>): Notice => {
  return { kind: "done", eventId: "e", listener, isEarly: false, message: "", ...more };
};

test("attributes are Tekton's, which differ between moments", async () => {
  const { posts } = await sent([notice({ kind: "started", isEarly: true }), notice({})]);
  deepEqual(
    posts.map(({ headers }) => [headers["Ce-Type"], headers["Ce-Id"], headers["Ce-Source"]]),
    [
      ["dev.tekton.event.triggers.started.v1", "e", "/apis//v1beta1/namespaces/ns/EventListener/el"],
      ["dev.tekton.event.triggers.done.v1", "e", "/apis///namespaces/ns//el"],
    ],
  );
});

test("correct attributes are the same source and an id for each", async () => {
  const { posts } = await sent([notice({ kind: "started", isEarly: true }), notice({})], { correct: true });
  const source = "/apis/triggers.tekton.dev/v1beta1/namespaces/ns/eventlisteners/el";
  deepEqual(
    posts.map(({ headers }) => [headers["Ce-Id"], headers["Ce-Source"]]),
    [
      ["e-started", source],
      ["e-done", source],
    ],
  );
});

test("headers that hold secrets do not go out", async () => {
  const header = { Authorization: ["Bearer x"], "X-Gitlab-Token": ["t"], "X-A": ["1"] };
  const { posts } = await sent([notice({ header })]);
  equal(posts[0]?.body, '{"Authorization":["redacted"],"X-A":["1"],"X-Gitlab-Token":["redacted"]}');
});

test("a receiver that refuses is asked again", async () => {
  const { posts, lines } = await sent([notice({})], { refusals: 2 });
  equal(posts.length, 3);
  deepEqual(lines, []);
});
