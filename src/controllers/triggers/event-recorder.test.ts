import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import type { K8sObject } from "../../api/object.ts";
import { KubeClient } from "../../kube/client.ts";
import type { ApiRequest, ApiResponse } from "../../kube/transport.ts";
import { EventRecorder } from "./event-recorder.ts";

const listener: K8sObject = {
  apiVersion: "triggers.tekton.dev/v1beta1",
  kind: "EventListener",
  metadata: { name: "l", namespace: "ci", uid: "u", resourceVersion: "5" },
};

function record(answer: (request: ApiRequest) => number = () => 201) {
  const requests: ApiRequest[] = [];
  const logged: string[] = [];
  const clock = { nowMs: Date.UTC(2026, 0, 2, 3, 4, 5) };
  const send = async (request: ApiRequest): Promise<ApiResponse> => {
    requests.push(request);
    return { status: answer(request), headers: {}, body: request.body ?? null };
  };
  const client = new KubeClient({ send } as unknown as KubeClient["transport"]);
  return {
    recorder: new EventRecorder(
      client,
      () => clock.nowMs,
      (message) => logged.push(message),
    ),
    requests,
    logged,
    clock,
  };
}

test("writes an event about the object", async () => {
  const { recorder, requests } = record();
  await recorder.warn(listener, "EventListener", "InternalError", "boom");
  const [request] = requests;
  equal(request?.path, "/api/v1/namespaces/ci/events");
  deepEqual(
    { ...(request?.body as object | undefined), metadata: undefined },
    {
      metadata: undefined,
      apiVersion: "v1",
      kind: "Event",
      involvedObject: {
        apiVersion: "triggers.tekton.dev/v1beta1",
        kind: "EventListener",
        name: "l",
        namespace: "ci",
        uid: "u",
        resourceVersion: "5",
      },
      type: "Warning",
      reason: "InternalError",
      message: "boom",
      source: { component: "EventListener" },
      reportingComponent: "EventListener",
      firstTimestamp: "2026-01-02T03:04:05Z",
      lastTimestamp: "2026-01-02T03:04:05Z",
      count: 1,
    },
  );
});

test("counts an event that repeats, and writes it anew when it is gone", async () => {
  const { recorder, requests } = record((request) => (request.method === "PATCH" && requests.length > 3 ? 404 : 201));
  for (let i = 0; i < 4; i++) await recorder.warn(listener, "EventListener", "InternalError", "boom");
  deepEqual(
    requests.map(({ method, body }) => [method, (body as { count?: number }).count]),
    [
      ["POST", 1],
      ["PATCH", 2],
      ["PATCH", 3],
      ["PATCH", 4],
      ["POST", 1],
    ],
  );
});

test("says little about one object in a short time", async () => {
  const { recorder, requests, clock } = record();
  for (let i = 0; i < 40; i++) await recorder.warn(listener, "EventListener", "InternalError", `boom ${i}`);
  equal(requests.length, 25);
  clock.nowMs += 300_000;
  await recorder.warn(listener, "EventListener", "InternalError", "later");
  equal(requests.length, 26);
});

test("an event that cannot be written is only logged", async () => {
  const { recorder, logged } = record(() => 403);
  await recorder.warn(listener, "EventListener", "InternalError", "boom");
  equal(logged.length, 1);
});
