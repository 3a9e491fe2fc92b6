import type { PlannedSidecar, PlannedStep, PodPlan } from "../../pod-plan.ts";

let pods = 0;

export function step(name: string, fields: Partial<PlannedStep> = {}): PlannedStep {
  return {
    name,
    image: "busybox",
    command: [],
    args: [],
    env: [],
    mounts: [],
    limits: {},
    onError: "stopAndFail",
    results: [],
    ...fields,
  };
}

export function script(name: string, text: string, fields: Partial<PlannedStep> = {}): PlannedStep {
  return step(name, { script: text, ...fields });
}

export function sidecar(name: string, fields: Partial<PlannedSidecar>): PlannedSidecar {
  return { name, image: "busybox", command: [], args: [], env: [], mounts: [], limits: {}, ...fields };
}

export function plan(fields: Partial<PodPlan>): PodPlan {
  pods++;
  return {
    namespace: "default",
    podName: `pod-${pods}`,
    podUid: `uid-${process.pid}-${pods}`,
    taskRunName: `run-${pods}`,
    volumes: [],
    steps: [],
    sidecars: [],
    taskResults: [],
    resultLimit: { kind: "terminationMessage" },
    readsArtifacts: false,
    credentials: [],
    hostAliases: [],
    pullConfigJson: "",
    hostNetwork: false,
    maskedValues: [],
    ...fields,
  };
}

/** A pod whose steps' logs, ends and results are known. */
interface PodVector {
  readonly name: string;
  readonly steps: readonly PlannedStep[];
  readonly plan?: Partial<PodPlan>;
  readonly logs?: Readonly<Record<string, string | RegExp>>;
  readonly ends?: Readonly<Record<string, string>>;
  readonly results?: Readonly<Record<string, string>>;
  /** Names of the results that a step is told to have. */
  readonly stepResults?: Readonly<Record<string, readonly string[]>>;
}

/** What every runtime must do alike, one pod a vector. `claimFolder` is a folder of this machine. */
export function podVectors(claimFolder: string): readonly PodVector[] {
  return [
    {
      name: "runs a script in a shell that stops at the first failure",
      steps: [script("a", "echo one\nfalse\necho two")],
      logs: { "step-a": "one\n" },
      ends: { a: "1 Error Error" },
    },
    {
      name: "leaves a script with a shebang as it is, and passes arguments",
      steps: [script("a", '#!/bin/sh\nfalse\necho "$# $2"', { args: ["x", "two words", "$(A)"] })],
      logs: { "step-a": "3 two words\n" },
      ends: { a: "0 Completed Completed" },
    },
    {
      name: "expands variables in command, args and later variables, not in scripts",
      steps: [
        step("a", {
          command: ["printf", "%s "],
          args: ["$(A)", "$(B)", "$$(A)", "$(NO)", "$A"],
          env: [
            { name: "A", value: "1" },
            { name: "B", value: "$(A)+$(C)" },
            { name: "C", value: "3" },
          ],
        }),
        script("b", "echo '$(A)'", { env: [{ name: "A", value: "1" }] }),
      ],
      logs: { "step-a": "1 1+$(C) $(A) $(NO) $A ", "step-b": "$(A)\n" },
    },
    {
      name: "shares /workspace and /tekton/home, and shows the steps' folders",
      steps: [
        script("a", "echo x > /workspace/f; echo y > /tekton/home/g"),
        script("unnamed-1", "cat /workspace/f /tekton/home/g; ls /tekton/steps | tr '\\n' ' '"),
      ],
      logs: { "step-unnamed-1": "x\ny\n0 1 step-a step-unnamed-1 " },
    },
    {
      name: "skips steps behind a failed one and keeps its results",
      steps: [script("a", "printf kept > /tekton/results/r; exit 3"), script("b", "echo no"), script("c", "echo no")],
      plan: { taskResults: ["r"] },
      logs: { "step-b": "Skipping step because a previous step failed\n" },
      ends: { a: "3 Error Error", b: "1 Error Skipped", c: "1 Error Skipped" },
      results: { r: "kept" },
    },
    {
      name: "goes on behind a failure that may be passed over, and records its code",
      steps: [
        script("a", "exit 7", { onError: "continue" }),
        script("b", "cat /tekton/steps/step-a/exitCode; echo; cat /tekton/steps/0/exitCode"),
      ],
      logs: { "step-b": "7\n7" },
      ends: { a: "7 Completed Continued", b: "0 Completed Completed" },
    },
    {
      name: "writes no exit code for a failed step, and says out.err",
      steps: [
        script("a", "true"),
        script(
          "b",
          "ls /tekton/run/0 | tr '\\n' ' '; ls /tekton/run/1 | tr '\\n' ' '; cat /tekton/steps/step-a/exitCode",
        ),
      ],
      logs: { "step-b": "out status status 0" },
    },
    {
      name: "a command that a signal kills is 255, a shell's child 128+n",
      steps: [
        script("a", "#!/bin/sh\nsh -c 'kill -9 $$'\necho $?\nexit 137", { onError: "continue" }),
        step("b", { command: ["sh", "-c", "kill -9 $$$$"], onError: "continue" }),
        step("c", { command: ["sh", "-c", "kill -TERM $$$$"] }),
      ],
      logs: { "step-a": /^137$/m },
      ends: { a: "137 Completed Continued", b: "-1 Completed Continued", c: "255 Error Error" },
    },
    {
      name: "a command that cannot start exits 1 with a text",
      steps: [step("a", { command: ["no-such-program"], onError: "continue" }), script("b", "echo no")],
      logs: { "step-a": /^Error executing command: .*no-such-program/m },
      ends: { a: "1 Error Error", b: "1 Error Skipped" },
    },
    {
      name: "collects results byte for byte, the later text wins",
      steps: [
        script("a", "printf 'x\\n\\n' > /tekton/results/nl; printf 1 > /tekton/results/late"),
        script("b", "printf 2 > /tekton/results/late"),
      ],
      plan: { taskResults: ["nl", "late", "never"] },
      results: { nl: "x\n\n", late: "2" },
    },
    {
      name: "a result that is too large fails its step and the next, which still runs",
      steps: [
        script("a", "head -c 5000 /dev/zero | tr '\\0' x > /tekton/results/big\necho wrote"),
        script("b", "echo next"),
      ],
      plan: { taskResults: ["big"] },
      logs: {
        "step-a": "wrote\nTermination message is above max allowed size 4096, caused by large task result.\n",
        "step-b": "next\nTermination message is above max allowed size 4096, caused by large task result.\n",
      },
      ends: { a: "1 Error Error", b: "1 Error Error" },
    },
    {
      name: "hands step results on",
      steps: [
        script("a", "printf v1 > /tekton/steps/step-a/results/r", { results: ["r"] }),
        step("b", {
          resolve: (results) => ({
            kind: "run",
            command: ["echo", results.get("a")?.get("r") ?? "none"],
            args: [],
            env: [],
          }),
        }),
      ],
      logs: { "step-b": "v1\n" },
    },
    {
      name: "results of a step that are too large fail it and are not told, but later steps can read those that fit",
      steps: [
        script("a", "cd /tekton/steps/step-a/results; printf v1 > small; head -c 5000 /dev/zero | tr '\\0' x > big", {
          results: ["small", "big"],
        }),
        step("b", {
          resolve: (results) => ({
            kind: "run",
            command: ["echo", ...(results.get("a") ?? new Map<string, string>())].flat(),
            args: [],
            env: [],
          }),
        }),
      ],
      logs: {
        "step-a": "Termination message is above max allowed size 4096, caused by large task result.\n",
        "step-b": "small v1\n",
      },
      ends: { a: "1 Error Error", b: "0 Completed Completed" },
      stepResults: { a: [] },
    },
    {
      name: "skips a step whose when is false, and runs the next",
      steps: [
        script("a", "echo no", { resolve: () => ({ kind: "skip" }) }),
        script("b", "cat /tekton/steps/step-a/exitCode"),
      ],
      logs: { "step-a": "Step was skipped due to when expressions were evaluated to false.\n", "step-b": "0" },
      ends: { a: "0 Completed Skipped", b: "0 Completed Completed" },
    },
    {
      name: "fails a step that cannot be resolved",
      steps: [
        script("a", "echo no", { resolve: () => ({ kind: "fail", message: "no result x" }) }),
        script("b", "echo no"),
      ],
      logs: { "step-a": "no result x\n" },
      ends: { a: "1 Error Error", b: "1 Error Skipped" },
    },
    {
      name: "ends a step at its timeout with all its children",
      steps: [script("a", "sleep 60 & sleep 60", { timeoutMs: 300, onError: "continue" }), script("b", "echo no")],
      ends: { a: "1 Error TimeoutExceeded", b: "1 Error Skipped" },
    },
    {
      name: "starts in its folder, made below /workspace",
      steps: [script("a", "pwd", { workingDir: "/workspace/sub/dir" }), script("b", "pwd", { workingDir: "rel" })],
      logs: { "step-a": "/workspace/sub/dir\n", "step-b": "/workspace/rel\n" },
    },
    {
      name: "copies output to files as well",
      steps: [
        script("a", "echo out; echo err >&2", {
          stdoutPath: "/tekton/results/o",
          stderrPath: "/workspace/deep/e",
        }),
        script("b", "cat /workspace/deep/e; echo more", { stdoutPath: "/tekton/results/o" }),
      ],
      plan: { taskResults: ["o"] },
      logs: { "step-b": "err\nmore\n" },
      results: { o: "out\nerr\nmore\n" },
    },
    {
      name: "opens /dev/stdout and /dev/stderr",
      steps: [script("a", "echo b > /dev/stderr; echo c | tee /dev/stderr > /dev/stdout")],
      logs: { "step-a": /^(c\nb\nc|b\nc\nc)\n$/ },
    },
    {
      name: "hides secrets, also when they come in pieces",
      steps: [script("a", "printf 'x hun'; sleep 0.1; echo ter2 y")],
      plan: { maskedValues: ["hunter2"] },
      logs: { "step-a": "x *** y\n" },
    },
    {
      name: "lays credentials into /tekton/creds and the home, fresh for each step",
      steps: [
        script("a", 'cat "$HOME/.git-credentials"; ls -A /tekton/creds; echo spoilt > /tekton/creds/.git-credentials'),
        script("b", 'cat /tekton/creds/.git-credentials "$HOME/.git-credentials"', {
          env: [{ name: "HOME", value: "/tekton/home" }],
        }),
      ],
      plan: { credentials: [{ path: ".git-credentials", content: Buffer.from("cred\n"), mode: 0o600 }] },
      logs: { "step-a": "cred\n.git-credentials\n", "step-b": "cred\ncred\n" },
    },
    {
      name: "mounts volumes anywhere",
      steps: [
        script("a", "cat /cfg/deep/f; echo d > /data/x", {
          mounts: [
            { volume: "conf", mountPath: "/cfg", readOnly: false },
            { volume: "data", mountPath: "/data", readOnly: false },
          ],
        }),
        script(
          "b",
          "cat /etc/tektite-test/x; if echo y 2>/dev/null > /cfg/new; then echo writable; else echo read-only; fi",
          {
            mounts: [
              { volume: "data", mountPath: "/etc/tektite-test", readOnly: false },
              { volume: "conf", mountPath: "/cfg", readOnly: false },
            ],
          },
        ),
        script("c", "cat /workspace/w/x; cd /workspace; cat w/x; ls /workspace; test ! -e /cfg/deep && echo hidden", {
          mounts: [{ volume: "data", mountPath: "/workspace/w", readOnly: false }],
        }),
      ],
      plan: {
        volumes: [
          { kind: "scratch", name: "data" },
          { kind: "files", name: "conf", files: [{ path: "deep/f", content: Buffer.from("conf\n"), mode: 0o644 }] },
        ],
      },
      logs: { "step-a": "conf\n", "step-b": "d\nread-only\n", "step-c": /^d\n(d\nw\nhidden\n|cat: .*)/ },
    },
    {
      name: "mounts volumes in the home, below /tmp and one in another",
      steps: [
        script(
          "a",
          'cat "$HOME/.conf/f" /root/.conf/f; echo x > /tmp/tektite-suite/vol/x; echo y > /nest/y; echo z > /nest/in/z',
          {
            mounts: [
              { volume: "conf", mountPath: "/root/.conf", readOnly: false },
              { volume: "data", mountPath: "/tmp/tektite-suite/vol", readOnly: false },
              { volume: "outer", mountPath: "/nest", readOnly: false },
              { volume: "inner", mountPath: "/nest/in", readOnly: false },
            ],
          },
        ),
        script("b", "cat /d/x /o/y /i/z", {
          mounts: [
            { volume: "data", mountPath: "/d", readOnly: false },
            { volume: "outer", mountPath: "/o", readOnly: false },
            { volume: "inner", mountPath: "/i", readOnly: false },
          ],
        }),
      ],
      plan: {
        volumes: [
          { kind: "scratch", name: "data" },
          { kind: "scratch", name: "outer" },
          { kind: "scratch", name: "inner" },
          { kind: "files", name: "conf", files: [{ path: "f", content: Buffer.from("conf\n"), mode: 0o644 }] },
        ],
      },
      logs: { "step-a": "conf\nconf\n", "step-b": "x\ny\nz\n" },
    },
    {
      name: "a command that is too long for the machine fails its step",
      steps: [step("a", { command: ["echo"], args: ["x".repeat(3_000_000)] })],
      logs: { "step-a": /^Error executing command: |too long/ },
      ends: { a: "1 Error Error" },
    },
    {
      name: "keeps what is written to a folder of this machine, below its subPath",
      steps: [
        script("a", "echo kept > /vol/f", {
          mounts: [{ volume: "claim", mountPath: "/vol", subPath: "a/b", readOnly: false }],
        }),
        script("b", "cat /vol/a/b/f", { mounts: [{ volume: "claim", mountPath: "/vol", readOnly: false }] }),
      ],
      plan: { volumes: [{ kind: "host", name: "claim", hostPath: claimFolder, create: true }] },
      logs: { "step-b": "kept\n" },
    },
    {
      name: "does not follow links out of a volume for results",
      steps: [script("a", "ln -s /etc/passwd /tekton/results/r")],
      plan: { taskResults: ["r"] },
      ends: { a: "1 Error Error" },
    },
  ];
}
