import { deepEqual, equal, match } from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { eventually, kubectlPath, startUp, temporaryFolder } from "./harness.ts";

/** One object of every kind that people apply, in an order in which what is needed comes first. */
const everyKind = `
apiVersion: v1
kind: Namespace
metadata: {name: every}
---
apiVersion: v1
kind: Secret
metadata: {name: x, namespace: every}
stringData: {token: abc}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: x, namespace: every}
data: {a: b}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: x, namespace: every}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: x, namespace: every}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: Service
metadata: {name: x, namespace: every}
spec: {selector: {a: b}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: x, namespace: every}
spec: {containers: [{name: c, image: busybox}]}
---
apiVersion: v1
kind: Event
metadata: {name: x, namespace: every}
involvedObject: {kind: Pod, name: x, namespace: every}
reason: Tested
message: a test
type: Normal
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: x, namespace: every}
spec:
  selector: {matchLabels: {a: b}}
  template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: busybox}]}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: x, namespace: every}
spec: {rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: x, port: {number: 80}}}}]}}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: x, namespace: every}
rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: x, namespace: every}
subjects: [{kind: ServiceAccount, name: x, namespace: every}]
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: x}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: every-x}
rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: every-x}
subjects: [{kind: ServiceAccount, name: x, namespace: every}]
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: every-x}
---
apiVersion: tekton.dev/v1
kind: Task
metadata: {name: x, namespace: every}
spec: {steps: [{name: s, image: busybox, script: "echo from the task"}]}
---
apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: x, namespace: every}
spec: {tasks: [{name: t, taskRef: {name: x}}]}
---
apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {name: x, namespace: every}
spec: {taskRef: {name: x}}
---
apiVersion: tekton.dev/v1beta1
kind: PipelineRun
metadata: {name: x, namespace: every}
spec: {pipelineRef: {name: x}}
---
apiVersion: triggers.tekton.dev/v1beta1
kind: TriggerBinding
metadata: {name: x, namespace: every}
spec: {params: [{name: a, value: $(body.a)}]}
---
apiVersion: triggers.tekton.dev/v1beta1
kind: ClusterTriggerBinding
metadata: {name: every-x}
spec: {params: [{name: a, value: $(body.a)}]}
---
apiVersion: triggers.tekton.dev/v1beta1
kind: TriggerTemplate
metadata: {name: x, namespace: every}
spec: {resourcetemplates: [{apiVersion: tekton.dev/v1, kind: TaskRun, metadata: {generateName: x-}, spec: {taskRef: {name: x}}}]}
---
apiVersion: triggers.tekton.dev/v1beta1
kind: Trigger
metadata: {name: x, namespace: every}
spec: {bindings: [{ref: x}], template: {ref: x}}
---
apiVersion: triggers.tekton.dev/v1alpha1
kind: ClusterInterceptor
metadata: {name: every-x}
spec: {clientConfig: {service: {name: s, namespace: every}}}
---
apiVersion: triggers.tekton.dev/v1alpha1
kind: Interceptor
metadata: {name: x, namespace: every}
spec: {clientConfig: {service: {name: s, namespace: every}}}
---
apiVersion: triggers.tekton.dev/v1beta1
kind: EventListener
metadata: {name: x, namespace: every}
spec: {serviceAccountName: x, triggers: [{triggerRef: x}]}
`;

for (const version of ["old", "new"] as const) {
  test(`stock kubectl (${version}): every kind is applied, listed and deleted`, async (t) => {
    const dataDir = temporaryFolder(t);
    const up = await startUp(t, { dataDir, args: ["--runtime", "process"] });
    const file = join(dataDir, "every.yaml");
    writeFileSync(file, everyKind);
    const applied = await up.kubectl(version, ["apply", "-f", file]);
    equal(applied.exitCode, 0, applied.stderr);
    const lines = applied.stdout.trim().split("\n");
    equal(lines.length, everyKind.split("\n---\n").length);
    for (const line of lines) match(line, / created$/);
    const again = await up.kubectl(version, ["apply", "-f", file]);
    equal(again.exitCode, 0, again.stderr);

    const listed = await up.kubectl(version, ["get", "-f", file, "-o", "name"]);
    equal(listed.exitCode, 0, listed.stderr);
    equal(listed.stdout.trim().split("\n").length, lines.length);

    const done = await up.kubectl(version, [
      "-n",
      "every",
      "wait",
      "--for=condition=Succeeded",
      "taskrun/x",
      "pipelinerun/x",
      "--timeout=30s",
    ]);
    equal(done.exitCode, 0, done.stdout + done.stderr);
    const logs = await up.kubectl(version, ["-n", "every", "logs", "x-pod", "-c", "step-s"]);
    equal(logs.stdout, "from the task\n");
    const table = await up.kubectl(version, ["-n", "every", "get", "pipelineruns"]);
    match(table.stdout, /^NAME +SUCCEEDED +REASON +STARTTIME +COMPLETIONTIME\nx +True +Succeeded +\d+s +\d+s\n$/);

    const deleted = await up.kubectl(version, ["delete", "-f", file], { timeoutMs: 90_000 });
    equal(deleted.exitCode, 0, deleted.stdout + deleted.stderr);
    const rest = await up.kubectl(version, ["get", "namespace", "every"]);
    match(rest.stderr, /NotFound/);
  });

  test(`stock kubectl (${version}): a watch shows changes as they come`, async (t) => {
    const up = await startUp(t, { dataDir: temporaryFolder(t) });
    const watch = spawn(
      kubectlPath(version),
      ["get", "configmaps", "-w", "-o", "name", "--field-selector", "metadata.name=w"],
      {
        env: { ...process.env, KUBECONFIG: up.kubeconfig, HOME: up.dataDir },
      },
    );
    t.after(() => {
      watch.kill();
    });
    let seen = "";
    watch.stdout.on("data", (chunk: Buffer) => (seen += chunk.toString()));
    await sleep(500);
    equal((await up.kubectl(version, ["create", "configmap", "w", "--from-literal=a=1"])).exitCode, 0);
    equal((await up.kubectl(version, ["label", "configmap", "w", "b=2"])).exitCode, 0);
    equal((await up.kubectl(version, ["create", "configmap", "other"])).exitCode, 0);
    await eventually("two lines of the watch", async () => (seen.split("\n").length > 2 ? true : undefined));
    deepEqual(new Set(seen.trim().split("\n")), new Set(["configmap/w"]));
  });
}

test("without a token nothing is told, with a wrong one neither", async (t) => {
  const up = await startUp(t, { dataDir: temporaryFolder(t) });
  const args = ["--server", up.api, "--insecure-skip-tls-verify", "--kubeconfig", "/dev/null", "get", "secrets"];
  const anonymous = await up.kubectl("new", [...args, "--username", "", "--token", "wrong"]);
  equal(anonymous.exitCode, 1);
  match(anonymous.stderr, /Unauthorized|logged in/);
});
