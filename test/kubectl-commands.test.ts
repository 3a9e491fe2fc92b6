import { equal, match, ok } from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { eventually, kubectlPath, root, startUp, temporaryFolder, type Up } from "./harness.ts";

const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec:
  selector: {matchLabels: {a: d}}
  template: {metadata: {labels: {a: d}}, spec: {containers: [{name: c, image: busybox}]}}
`;

const slowTask = `
apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {name: slow}
spec: {taskSpec: {steps: [{name: s, image: busybox, script: "echo begun; sleep 60"}]}}
`;

const tokenSecret = `
apiVersion: v1
kind: Secret
metadata: {name: bot-token, annotations: {kubernetes.io/service-account.name: bot}}
type: kubernetes.io/service-account-token
`;

const mutatingPolicy = `
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: {name: teams}
spec:
  reinvocationPolicy: Never
  matchConstraints:
    resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}]
  matchConditions: [{name: mine, expression: object.metadata.name == 'mutated'}]
  mutations:
    - patchType: ApplyConfiguration
      applyConfiguration: {expression: "Object{metadata: Object.metadata{labels: {'team': 'a'}}}"}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicyBinding
metadata: {name: teams}
spec: {policyName: teams}
`;

interface Command {
  readonly args: string;
  readonly stdin?: string;
  /** 0 unless told. */
  readonly exitCode?: number;
  readonly output?: RegExp;
  /** Commands that the other kubectl does not have. */
  readonly only?: "old" | "new";
  readonly env?: Readonly<Record<string, string>>;
  /** What it shows comes about on its own: asked until it is there. */
  readonly eventually?: true;
}

/** In this order: later ones build on what earlier ones made. */
const commands: readonly Command[] = [
  { args: "rollout status deploy/el-hello --timeout=20s", output: /successfully rolled out/ },
  { args: "wait --for=condition=Ready pod -l eventlistener=hello --timeout=20s", output: /condition met/ },
  { args: "describe pod -l eventlistener=hello", output: /^Controlled By: +\S+\/el-hello/m },
  { args: "describe deploy el-hello", output: /^Replicas: +1 desired \| 1 updated \| 1 total \| 1 available/m },
  { args: "describe el hello", output: /^Kind: +EventListener/m },
  { args: "get --raw /api/v1/namespaces/default/services/el-hello:8080/proxy/live", output: /ok/ },
  { args: "get --raw /api/v1/namespaces/default/services/el-hello:http-metrics/proxy/metrics", output: /^# TYPE/m },
  { args: "top pod", exitCode: 1, output: /^error: Metrics API not available$/m },
  { args: "explain el.spec", output: /serviceAccountName\s+<string>/ },
  { args: "explain pipelinerun.spec.taskRunSpecs", output: /pipelineTaskName\s+<string>/ },
  { args: "explain pod.spec", output: /serviceAccountName\s+<string>/ },
  { args: "auth can-i --list", output: /^\*\.\*/m },
  { args: "auth can-i create eventlisteners", output: /^yes/m },
  { args: "api-resources --api-group=triggers.tekton.dev", output: /^eventlisteners +el /m },
  { args: "create token default", only: "new", output: /^ey[\w-]+\.[\w-]+\.[\w-]+$/m },
  { args: "label el hello team=a", output: /labeled/ },
  { args: "annotate el hello note=a", output: /annotated/ },
  { args: "edit el hello", env: { KUBE_EDITOR: "cat" }, output: /Edit cancelled, no changes made/ },
  { args: "diff -f -", stdin: deployment, exitCode: 1, output: /^\+kind: Deployment$/m },
  { args: "apply --server-side -f -", stdin: deployment, output: /serverside-applied/ },
  { args: "diff -f -", stdin: deployment },
  { args: "scale deploy d --replicas=3", output: /scaled/ },
  { args: "get deploy d -o jsonpath={.spec.replicas}", output: /^3$/ },
  { args: "set image deploy/d c=alpine", output: /image updated/ },
  { args: "rollout restart deploy/d", output: /restarted/ },
  { args: "autoscale deploy d --max=3", output: /autoscaled/ },
  { args: "get hpa d", output: /Deployment\/d +(cpu: )?<unknown>\/80%/ },
  { args: "create configmap c --from-literal=a=b", output: /created/ },
  { args: "edit configmap c", env: { KUBE_EDITOR: "EDITOR" }, output: /configmap\/c edited/ },
  { args: "get configmap c -o jsonpath={.data.a}", output: /^changed$/ },
  { args: "apply -f -", stdin: mutatingPolicy, output: /mutatingadmissionpolicybinding\S+teams created/ },
  {
    args: "apply -f -",
    stdin: mutatingPolicy.replace("mutations:", "mutation:"),
    exitCode: 1,
    output: /unknown field "(spec\.)?mutation"/,
  },
  { args: "explain mutatingadmissionpolicy.spec", output: /^ +mutations\s+<\[\](Object|Mutation)>/m },
  { args: "create configmap mutated", output: /created/ },
  { args: "get configmap mutated --show-labels", output: /team=a$/m },
  { args: "get apiservices", output: /^v1beta1\.triggers\.tekton\.dev +Local +True +/m },
  { args: "wait --for=condition=Available apiservice/v1.apps", output: /condition met/ },
  { args: "create serviceaccount bot", output: /created/ },
  { args: "apply -f -", stdin: tokenSecret, output: /secret\/bot-token created/ },
  { args: "describe secret bot-token", eventually: true, output: /^token: +ey[\w-]+\.[\w-]+\.[\w-]+$/m },
  { args: "get secret bot-token", output: /^bot-token +kubernetes.io\/service-account-token +3 /m },
  { args: "describe sa bot", only: "old", output: /^Tokens: +bot-token$/m },
  { args: "delete sa bot", output: /deleted/ },
  { args: "get secret bot-token", eventually: true, exitCode: 1, output: /NotFound/ },
  { args: "delete deploy d --cascade=foreground", output: /deleted/ },
  { args: "get deploy d", exitCode: 1, output: /NotFound/ },
  { args: "apply -f -", stdin: slowTask, output: /created/ },
  { args: "wait --for=condition=Ready pod/slow-pod --timeout=20s", output: /condition met/ },
  { args: "exec slow-pod -c step-s -- cat /dev/null" },
  { args: "exec -i slow-pod -c step-s -- cat", stdin: "through the step", output: /^through the step$/ },
  { args: "exec slow-pod -c step-s -- false", exitCode: 1 },
  { args: "logs slow-pod -c step-s", output: /^begun$/m },
  { args: "get events", output: /taskrun\/slow/i },
  { args: "events --for taskrun/slow", only: "new", output: /taskrun\/slow/i },
  { args: "delete taskrun slow --cascade=foreground", output: /deleted/ },
];

for (const version of ["old", "new"] as const) {
  test(`kubectl as people use it (${version})`, async (t) => {
    const up = await startHello(t);
    const editor = join(up.dataDir, "edit.sh");
    writeFileSync(editor, '#!/bin/sh\nsed -i "s/a: b/a: changed/" "$1"\n');
    chmodSync(editor, 0o700);
    await eventually("the listener", async () => {
      const found = await up.kubectl(version, ["get", "deploy", "el-hello"]);
      return found.exitCode === 0 ? true : undefined;
    });
    for (const command of commands) {
      const { args, stdin, exitCode = 0, output, only, env } = command;
      if (only !== undefined && only !== version) continue;
      const kubeEditor = env?.["KUBE_EDITOR"] === "EDITOR" ? { KUBE_EDITOR: editor } : env;
      const run = () =>
        up.kubectl(version, args.split(" "), {
          ...(stdin !== undefined && { stdin }),
          ...(kubeEditor && { env: kubeEditor }),
        });
      const shown = async () => {
        const ended = await run();
        return ended.exitCode === exitCode && output?.test(ended.stdout + ended.stderr) ? ended : undefined;
      };
      const ended = await (command.eventually ? eventually(args, shown) : run());
      const all = `kubectl ${args}\n${ended.stdout}${ended.stderr}`;
      equal(ended.exitCode, exitCode, all);
      if (output) ok(output.test(ended.stdout) || output.test(ended.stderr), all);
    }
    match(await throughPortForward(up, version), /^ok/);
  });
}

async function startHello(t: TestContext): Promise<Up> {
  return startUp(t, { dataDir: temporaryFolder(t), args: ["-f", join(root, "examples", "hello")] });
}

/** What the listener's Pod answers at /live through `kubectl port-forward`. */
async function throughPortForward(up: Up, version: "old" | "new"): Promise<string> {
  const forward = spawn(kubectlPath(version), ["port-forward", "svc/el-hello", ":8080"], {
    env: { ...process.env, KUBECONFIG: up.kubeconfig, HOME: up.dataDir },
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    let printed = "";
    forward.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    const port = await eventually("a forwarded port", async () => /127\.0\.0\.1:(\d+)/.exec(printed)?.[1]);
    return await (await fetch(`http://127.0.0.1:${port}/live`)).text();
  } finally {
    forward.kill();
  }
}
