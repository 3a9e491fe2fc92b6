import { Command, CommanderError, Help, InvalidArgumentError, Option } from "commander";
import type { Result } from "../result.ts";
import { addClusterCommands, withFlagsAfterCommand, withImpliedRole } from "./cluster-commands.ts";
import type { Failure } from "./failure.ts";
import { outputFormats } from "./output.ts";
import { version } from "./version.ts";

const interrupted = new AbortController();

/** Runs a command and turns its outcome into the exit code. */
async function finish(outcome: Promise<Result<void, Failure>>): Promise<void> {
  const result = await outcome;
  if (result.ok) return;
  process.stderr.write(`error: ${result.error.message}\n`);
  process.exitCode = result.error.exitCode;
}

function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

function count(value: string): number {
  if (!/^\d+$/.test(value)) throw new InvalidArgumentError("a whole number is expected");
  return Number(value);
}

/** Options of every command that talks to an API server. */
function connecting(command: Command): Command {
  return command
    .option("--kubeconfig <file>", "kubeconfig to use (default: $KUBECONFIG, .tektite/kubeconfig, ~/.kube/config)")
    .option("--context <name>", "context of the kubeconfig to use")
    .option("-n, --namespace <name>", "namespace to act in (default: the context's)");
}

function printing(command: Command): Command {
  return command.addOption(new Option("-o, --output <format>", "output format").choices(outputFormats));
}

function examples(command: Command, lines: readonly string[]): Command {
  return command.addHelpText("after", `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`);
}

const dashboardHelp =
  "address of the dashboard, a web page; off: none (default: 127.0.0.1:8090, or a free port if that is taken)";

const program = new Command("tektite")
  .description(
    "Turns events (a git push, a pull request, an image pushed) into pipeline runs.\nSpeaks the API of Tekton Triggers and Tekton Pipelines; runs on this machine or on Kubernetes.",
  )
  .version(version, "-V, --version")
  .showHelpAfterError("(run with --help for what is possible)")
  .configureHelp({
    showGlobalOptions: false,
    // What may be repeated is empty unless given: that goes without saying.
    optionDescription: (option) =>
      Array.isArray(option.defaultValue) ? option.description : new Help().optionDescription(option),
  })
  .exitOverride();

examples(program, [
  "tektite hello                     the whole way once: a push to a repository, the run it starts, its output",
  "tektite up -f my-manifests/       your own listeners and pipelines; then, in another terminal:",
  "tektite el describe my-listener   the address to enter as webhook",
  "tektite events list               what came in and what became of it",
  "tektite events explain            why the newest event started something or did not",
  "tektite run logs -f               the output of the newest run",
  "tektite doctor                    why a listener is silent",
]);

examples(
  program
    .command("up")
    .description("run everything on this machine: API server, listeners and pipelines, in the foreground")
    .option("--data-dir <folder>", "where objects, events, logs and workspaces are kept", ".tektite")
    .option("--journal <url>", "where events are stored: postgres://user:password@host/database (default: a file)")
    .option("--api-address <host:port>", "address of the Kubernetes API (HTTPS)", "127.0.0.1:6443")
    .option("--hooks-address <host:port>", "one webhook address for all listeners: /NAMESPACE/NAME", "0.0.0.0:8080")
    .option("--ingress-address <host:port>", "address on which Ingress rules are served; off unless given")
    .option("--node-port-address <host>", "interface on which node ports of Services are opened", "127.0.0.1")
    .option("--dashboard-address <host:port>", dashboardHelp)
    .addOption(
      new Option("--runtime <kind>", "how steps are run")
        .choices(["auto", "container", "sandbox", "process"])
        .default("auto"),
    )
    .option("-f, --filename <file>", "apply this file, folder or URL at start (may be repeated)", collect, [])
    .option("--share <folder>", "a folder that steps may read at its own path (may be repeated)", collect, [])
    .option(
      "--image-map <pattern=folder>",
      "a folder that stands in for images: a root file system, or programs (may be repeated)",
      collect,
      [],
    )
    .option("--no-network", "keep sandboxes and containers from the network")
    .option("--max-pods <n>", "how many pods may run at once", count)
    .option("--keep-runs <n>", "keep at most so many ended runs of each namespace", count)
    .option("--keep-days <n>", "delete ended runs and their logs after so many days", count)
    .option(
      "--github-enterprise-host <host>",
      "a GitHub Enterprise server that tokens may be sent to (may be repeated)",
      collect,
      [],
    )
    .option("--ready-file <file>", "write the addresses and the kubeconfig path here as JSON, once ready")
    .option("--no-controllers", "only the API: a cluster for `tektite controller`, `webhook`, `sink` beside it")
    .action((options) =>
      finish(import("./commands/up.ts").then(({ up }) => up({ ...options, signal: interrupted.signal }))),
    ),
  [
    "tektite up",
    "tektite up -f examples/hello --hooks-address 127.0.0.1:9000",
    "tektite up --data-dir /var/lib/tektite --runtime container",
    "tektite up --api-address 127.0.0.1:0 --hooks-address 127.0.0.1:0 --ready-file ready.json",
  ],
);

examples(
  program
    .command("hello")
    .description("start, load the example, push a commit, and follow the pipeline run it starts")
    .option("--once", "exit when the run has ended: 0 if it succeeded, else 1")
    .option("--data-dir <folder>", "where objects, events, logs and workspaces are kept", ".tektite")
    .option("--api-address <host:port>", "address of the Kubernetes API (HTTPS)", "127.0.0.1:6443")
    .option("--hooks-address <host:port>", "webhook address", "0.0.0.0:8080")
    .option("--dashboard-address <host:port>", dashboardHelp)
    .addOption(
      new Option("--runtime <kind>", "how steps are run")
        .choices(["auto", "container", "sandbox", "process"])
        .default("auto"),
    )
    .action((options) =>
      finish(import("./commands/hello.ts").then(({ hello }) => hello({ ...options, signal: interrupted.signal }))),
    ),
  ["tektite hello", "tektite hello --once --data-dir /tmp/try"],
);

examples(
  connecting(
    program
      .command("apply [files...]")
      .description("make the server have the objects of files, folders or URLs")
      .option("-f, --filename <file>", "file, folder, URL or - (may be repeated)", collect, [])
      .option("-R, --recursive", "folders with their sub-folders")
      .option("--dry-run", "say what would change, change nothing"),
  ).action((files, options) =>
    finish(
      import("./commands/apply.ts").then(({ apply }) =>
        apply({ ...options, filename: [...options.filename, ...files] }),
      ),
    ),
  ),
  [
    "tektite apply pipeline.yaml resources.yaml",
    "tektite apply -f examples/hello",
    "cat task.yaml | tektite apply -f -",
  ],
);

examples(
  printing(
    connecting(
      program
        .command("get <type> [names...]")
        .description("show objects")
        .option("-A, --all-namespaces", "of all namespaces")
        .option("-l, --selector <selector>", "only those with these labels")
        .option("--field-selector <selector>", "only those with these field values")
        .option("-w, --watch", "go on showing changes")
        .option("--no-headers", "without the header line"),
    ),
  ).action((type, names, options) =>
    finish(
      import("./commands/get.ts").then(({ get }) => get([type, ...names], { ...options, signal: interrupted.signal })),
    ),
  ),
  [
    "tektite get el -A",
    "tektite get pipelineruns -o wide",
    "tektite get pr/hello-x7k2p -o yaml",
    "tektite get pods -w",
  ],
);

examples(
  connecting(
    program
      .command("describe <type> [names...]")
      .description("show all that is known of objects, with the events about them")
      .option("-A, --all-namespaces", "of all namespaces"),
  ).action((type, names, options) =>
    finish(import("./commands/describe.ts").then(({ describe }) => describe([type, ...names], options))),
  ),
  ["tektite describe el hello", "tektite describe pod/el-hello-6d5f"],
);

examples(
  connecting(
    program
      .command("delete [type] [names...]")
      .description("delete objects by name, by label, or as files name them")
      .option("-f, --filename <file>", "the objects in this file, folder or URL (may be repeated)", collect, [])
      .option("-l, --selector <selector>", "those with these labels")
      .option("--all", "all of that type")
      .option("-A, --all-namespaces", "of all namespaces")
      .option("--ignore-not-found", "an object that is not there is no error"),
  ).action((type, names, options) =>
    finish(
      import("./commands/delete.ts").then(({ deleteObjects }) =>
        deleteObjects(type === undefined ? [] : [type, ...names], options),
      ),
    ),
  ),
  ["tektite delete pr hello-x7k2p", "tektite delete -f examples/hello", "tektite delete taskruns --all"],
);

examples(
  connecting(
    program
      .command("logs [pod]")
      .description("print the log of a pod's container")
      .option("-l, --selector <selector>", "of all pods with these labels")
      .option("-c, --container <name>", "of this container")
      .option("--all-containers", "of all containers")
      .option("-f, --follow", "go on as more is written")
      .option("--tail <n>", "only the last lines", count)
      .option("--since <duration>", "only lines newer than this, such as 5m")
      .option("--timestamps", "with the time of each line")
      .option("--previous", "of the container's previous life"),
  ).action((pod, options) =>
    finish(import("./commands/logs.ts").then(({ logs }) => logs(pod, { ...options, signal: interrupted.signal }))),
  ),
  ["tektite logs -l eventlistener=hello", "tektite logs hello-x7k2p-clone-pod -c step-clone -f"],
);

const run = program.command("run").description("pipeline runs and task runs");
examples(
  printing(
    connecting(
      run
        .command("list")
        .description("runs, newest first")
        .option("-A, --all-namespaces", "of all namespaces")
        .option("-l, --selector <selector>", "only those with these labels")
        .option("--tasks", "TaskRuns instead of PipelineRuns")
        .option("--limit <n>", "at most so many", count),
    ),
  ).action((options) => finish(import("./commands/run.ts").then(({ listRuns }) => listRuns(options)))),
  ["tektite run list", "tektite run list -A -o wide", "tektite run list -l triggers.tekton.dev/eventlistener=hello"],
);
examples(
  printing(
    connecting(run.command("describe [name]").description("what a run is, how it went, its tasks; the newest one")),
  ).action((name, options) =>
    finish(import("./commands/run.ts").then(({ describeRun }) => describeRun(name, options))),
  ),
  ["tektite run describe", "tektite run describe hello-x7k2p -o yaml"],
);
examples(
  connecting(
    run
      .command("logs [name]")
      .description("a run's output, `[task : step] line`; the newest one's; exits 1 when the run failed")
      .option("-f, --follow", "until the run has ended")
      .option("--no-prefix", "lines alone"),
  ).action((name, options) =>
    finish(
      import("./commands/run.ts").then(({ runLogs }) => runLogs(name, { ...options, signal: interrupted.signal })),
    ),
  ),
  ["tektite run logs -f", "tektite run logs hello-x7k2p"],
);
examples(
  connecting(
    run
      .command("cancel <name>")
      .description("stop a run")
      .option("--finally", "running tasks are cancelled, finally tasks still run")
      .option("--stop", "running tasks end by themselves, then finally tasks run"),
  ).action((name, options) => finish(import("./commands/run.ts").then(({ cancelRun }) => cancelRun(name, options)))),
  ["tektite run cancel hello-x7k2p", "tektite run cancel hello-x7k2p --finally"],
);

const el = program.command("el").alias("eventlistener").description("event listeners");
examples(
  printing(
    connecting(
      el
        .command("list")
        .description("listeners, their addresses and whether they answer")
        .option("-A, --all-namespaces", "of all namespaces"),
    ),
  ).action((options) => finish(import("./commands/listener.ts").then(({ listListeners }) => listListeners(options)))),
  ["tektite el list -A"],
);
examples(
  printing(
    connecting(el.command("describe <name>").description("a listener's address, triggers, conditions and events")),
  ).action((name, options) =>
    finish(import("./commands/listener.ts").then(({ describeListener }) => describeListener(name, options))),
  ),
  ["tektite el describe hello"],
);
examples(
  connecting(
    el
      .command("logs <name>")
      .description("what a listener says of the events it got: every event that started nothing has its reason here")
      .option("-f, --follow", "go on as more is written")
      .option("--tail <n>", "only the last lines", count)
      .option("--since <duration>", "only lines newer than this, such as 5m"),
  ).action((name, options) =>
    finish(
      import("./commands/listener.ts").then(({ listenerLogs }) =>
        listenerLogs(name, { ...options, signal: interrupted.signal }),
      ),
    ),
  ),
  ["tektite el logs hello", "tektite el logs hello -f"],
);

const trigger = program.command("trigger").description("triggers, without a cluster");
examples(
  trigger
    .command("run [name]")
    .description("what triggers make of a saved request; exits 1 when nothing would be created")
    .option("-f, --filename <file>", "EventListeners, Triggers and what they refer to (may be repeated)", collect, [])
    .option("-R, --recursive", "folders with their sub-folders")
    .option("--request <file>", "request file: request line, headers, empty line, body; - for standard input")
    .option("--body <file>", "the body alone; - for standard input")
    .option("--header <header>", "'Name: value' (may be repeated)", collect, [])
    .option("--method <method>", "method, instead of the file's")
    .option("--url <path>", "path and query, instead of the file's")
    .option("--trigger <name>", "only triggers of this name")
    .option("--listener <name>", "only this EventListener")
    .option("-n, --namespace <name>", "namespace of objects that name none (default: default)")
    .option("--secret <value>", "value of a Secret, [NAMESPACE/]NAME:KEY=VALUE (may be repeated)", collect, [])
    .option("--event-id <id>", "event ID, for names and labels")
    .option("--call-remote", "call interceptors outside of this process, and the API of GitHub")
    .addOption(new Option("-o, --output <format>", "output format").choices(["text", "json", "yaml"]).default("text"))
    .action((name, options) =>
      finish(import("./commands/trigger-run.ts").then(({ runTriggers }) => runTriggers(name, options))),
    ),
  [
    "tektite trigger run -f examples/hello --request push.http",
    "tektite trigger run push -f listener.yaml --body push.json --header 'X-Gitea-Event: push'",
    "tektite trigger run -f listener.yaml --request push.http --secret hello-webhook:token=s3cret -o yaml",
  ],
);

const cel = program.command("cel").description("CEL expressions");
examples(
  cel
    .command("eval")
    .description("print what an expression gives for a saved request")
    .option("-e, --expression <text or file>", "the expression")
    .option("-r, --request <file>", "request file; - for standard input")
    .addOption(new Option("--http-request <file>").hideHelp())
    .addOption(new Option("--httprequest <file>").hideHelp())
    .option("--body <file>", "the body alone; - for standard input")
    .option("--header <header>", "'Name: value' (may be repeated)", collect, [])
    .action(({ request, httpRequest, httprequest, ...options }) =>
      finish(
        import("./commands/cel-eval.ts").then(({ celEval }) =>
          celEval({ ...options, request: request ?? httpRequest ?? httprequest }),
        ),
      ),
    ),
  [
    "tektite cel eval -e body.ref --body push.json",
    "tektite cel eval -e \"body.ref.startsWith('refs/heads/')\" -r push.http",
    "tektite cel eval --expression filter.cel --http-request push.http",
  ],
);

const binding = program.command("binding").description("TriggerBindings");
examples(
  binding
    .command("eval")
    .description("print the params that TriggerBindings give for a saved request")
    .option("-b, --binding <file>", "file with TriggerBindings")
    .option("-r, --request <file>", "request file; - for standard input")
    .option("--body <file>", "the body alone; - for standard input")
    .option("--header <header>", "'Name: value' (may be repeated)", collect, [])
    .addOption(new Option("--bindingfile <file>").hideHelp())
    .addOption(new Option("--http_request <file>").hideHelp())
    .addOption(new Option("--httprequest <file>").hideHelp())
    .action((options) =>
      finish(
        import("./commands/binding-eval.ts").then(({ bindingEval }) =>
          bindingEval({
            ...options,
            binding: options.binding ?? options.bindingfile,
            request: options.request ?? options.http_request ?? options.httprequest,
          }),
        ),
      ),
    ),
  ["tektite binding eval -b binding.yaml -r push.http"],
);

examples(
  program
    .command("test <paths...>")
    .description("run the tests of triggers in *.test.yaml files; exits 1 when one fails, 2 when a file is broken")
    .option("--filter <text>", "only tests whose file or name contains this")
    .option("--junit <file>", "write the results here as JUnit XML too")
    .option("--watch", "run again when a file changes")
    .action((paths, options) =>
      finish(
        import("./commands/test-triggers.ts").then(({ testTriggers }) =>
          testTriggers(paths, { ...options, signal: interrupted.signal }),
        ),
      ),
    ),
  ["tektite test examples/tests", "tektite test . --filter push --junit results.xml", "tektite test . --watch"],
);

const events = program.command("events").description("what came in, what became of it and why; run it again");

/** Options that choose events. */
function choosingEvents(command: Command): Command {
  return connecting(command)
    .option("--listener <name>", "only of this EventListener")
    .option("--trigger <name>", "only with a verdict of this trigger")
    .option("--verdict <state>", "only with this verdict: created, filtered, rejected, failed, dead, retrying")
    .option("--repository <text>", "only of repositories whose names contain this")
    .option("--text <text>", "only with this in the request, or in what became of it")
    .option("--since <time>", "only newer than this: 24h, 7d, or a time")
    .option("--until <time>", "only older than this");
}

examples(
  printing(
    choosingEvents(events.command("list").description("events, newest first"))
      .option("-A, --all-namespaces", "of all namespaces")
      .option("--limit <n>", "at most so many (default: 50)", count),
  ).action((options) => finish(import("./commands/events.ts").then(({ listEvents }) => listEvents(options)))),
  ["tektite events list", "tektite events list --verdict rejected --since 24h -o wide", "tektite events list -A"],
);
examples(
  printing(
    choosingEvents(events.command("show [id]").description("all that is stored of an event; the newest one")),
  ).action((id, options) => finish(import("./commands/events.ts").then(({ showEvent }) => showEvent(id, options)))),
  ["tektite events show", "tektite events show 3f2a -o yaml"],
);
examples(
  printing(
    choosingEvents(
      events
        .command("explain [id]")
        .description("why each trigger did or did not run, in plain words; the newest event"),
    ),
  ).action((id, options) =>
    finish(import("./commands/events.ts").then(({ explainEvent }) => explainEvent(id, options))),
  ),
  ["tektite events explain", "tektite events explain 3f2a", "tektite events explain --repository acme/shop"],
);
examples(
  printing(
    choosingEvents(
      events.command("replay [ids...]").description("take events in again, as new events linked to the old"),
    )
      .option("--all", "all that the other options choose")
      .option("--to <listener>", "by another EventListener of the namespace")
      .option("-f, --filename <file>", "with these objects over those of the server, by your rights", collect, [])
      .option("--limit <n>", "at most so many, the newest", count)
      .option("--wait", "wait for the verdicts and print them"),
  ).action((ids, options) =>
    finish(
      import("./commands/events.ts").then(({ replayEvents }) =>
        replayEvents(ids, { ...options, signal: interrupted.signal }),
      ),
    ),
  ),
  ["tektite events replay 3f2a --wait", "tektite events replay --verdict dead --since 2h"],
);
examples(
  choosingEvents(events.command("export [id]").description("an event as a request file or as a test; the newest one"))
    .addOption(new Option("--format <format>", "request file or test").choices(["http", "test"]).default("http"))
    .option("--file <file>", "write it here instead of printing it")
    .action((id, options) =>
      finish(import("./commands/events.ts").then(({ exportEvent }) => exportEvent(id, options))),
    ),
  ["tektite events export 3f2a > push.http", "tektite events export --format test --file push.test.yaml"],
);
examples(
  choosingEvents(events.command("tail").description("a line for each verdict, as it comes"))
    .option("-A, --all-namespaces", "of all namespaces")
    .action((options) =>
      finish(
        import("./commands/events.ts").then(({ tailEvents }) => tailEvents({ ...options, signal: interrupted.signal })),
      ),
    ),
  ["tektite events tail", "tektite events tail --listener hello --since 10m"],
);

examples(
  choosingEvents(
    program
      .command("backtest")
      .description("what a change of configuration would have done to the stored events: runs added, removed, changed")
      .option("-f, --filename <file>", "objects to put over those of the server (may be repeated)", collect, [])
      .option("-R, --recursive", "folders with their sub-folders"),
  )
    .option("-A, --all-namespaces", "events of all namespaces")
    .option("--limit <n>", "at most so many events, the newest", count)
    .option("--call-remote", "call interceptors outside of this process, and the API of GitHub")
    .addOption(new Option("-o, --output <format>", "output format").choices(["text", "json", "yaml"]).default("text"))
    .action((options) => finish(import("./commands/backtest.ts").then(({ backtest }) => backtest(options)))),
  ["tektite backtest -f new.yaml --since 24h", "tektite backtest -f triggers/ --repository acme/shop -o json"],
);

addClusterCommands(program, finish, interrupted.signal);

examples(
  connecting(
    program
      .command("doctor [words...]")
      .description("what makes event listeners silent, and what to do; exits 1 when something is wrong")
      .option("-A, --all-namespaces", "listeners of all namespaces")
      .option("--since <time>", "look at events newer than this (default: 7d)"),
  )
    .addOption(new Option("-o, --output <format>", "output format").choices(["text", "json", "yaml"]).default("text"))
    .action((words, options) => finish(import("./commands/doctor.ts").then(({ doctor }) => doctor(words, options)))),
  ["tektite doctor", "tektite doctor el hello", "tektite doctor -A -o json"],
);

examples(
  connecting(
    program
      .command("dashboard")
      .description("a web page that shows what came in, what it caused and why, for any API server")
      .option("--address <host:port>", "where the page is served", "127.0.0.1:8090")
      .option("--host-name <name>", "a name by which browsers call it (may be repeated)", collect, [])
      .option("--read-only", "show everything, change nothing"),
  ).action((options) =>
    finish(
      import("./commands/dashboard.ts").then(({ dashboard }) => dashboard({ ...options, signal: interrupted.signal })),
    ),
  ),
  ["tektite dashboard", "tektite dashboard --kubeconfig ~/.kube/config --address 127.0.0.1:9090 --read-only"],
);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    // The second time the user means it.
    if (interrupted.signal.aborted) process.exit(130);
    interrupted.abort();
  });
}
// A reader that has seen enough (`| head`) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

try {
  await program.parseAsync(withFlagsAfterCommand(withImpliedRole(process.argv.slice(2))), { from: "user" });
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : 2;
}
// Everything has been awaited; a connection or pipe that lingers must not keep the process.
process.exit();
