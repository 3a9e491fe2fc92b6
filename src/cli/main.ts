import { Command, CommanderError, Help, Option } from "commander";
import type { Result } from "../result.ts";
import { addClusterCommands, withFlagsAfterCommand, withImpliedRole } from "./cluster-commands.ts";
import { type CommandContext, collect, connecting, count, examples, positiveCount } from "./command-options.ts";
import { addDashboardCommands } from "./dashboard-commands.ts";
import { addEventCommands } from "./event-commands.ts";
import type { Failure } from "./failure.ts";
import { addObjectCommands } from "./object-commands.ts";
import { addOfflineCommands } from "./offline-commands.ts";
import { addRunCommands } from "./run-commands.ts";
import { version } from "./version.ts";

const interrupted = new AbortController();

/** Runs a command and turns its outcome into the exit code. */
async function finish(outcome: Promise<Result<void, Failure>>): Promise<void> {
  const result = await outcome;
  if (result.ok) return;
  process.stderr.write(`error: ${result.error.message}\n`);
  process.exitCode = result.error.exitCode;
}

const context: CommandContext = { finish, signal: interrupted.signal };

const dashboardHelp =
  "address of the dashboard, a web page; off: none (default: 127.0.0.1:8090, or a free port if that is taken)";

const program = new Command("tektite")
  .description(
    "Turns events (a git push, a pull request, an image pushed) into pipeline runs.\nSpeaks the API of Tekton Triggers and Tekton Pipelines; runs on this machine or on Kubernetes.",
  )
  .version(version, "-V, --version")
  // What follows a command is its own: commands within commands may have flags of the same names.
  .enablePositionalOptions()
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
    .option("--host-name <name>", "a name by which browsers call the dashboard (may be repeated)", collect, [])
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
    .option("--max-pods <n>", "how many pods may run at once", positiveCount)
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
    // The example's secret is known to everybody: nobody else is to reach its listener.
    .option("--hooks-address <host:port>", "webhook address", "127.0.0.1:8080")
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

addObjectCommands(program, context);
addRunCommands(program, context);
addOfflineCommands(program, context);
addEventCommands(program, context);
addClusterCommands(program, context);

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

addDashboardCommands(program, context);

/** Commands that have something to put in order before they end. */
const servers = new Set(["up", "hello", "dashboard", "sink", "controller", "webhook", "interceptors"]);
/** What other commands have left, once they have been interrupted. */
const endWithinMs = 2_000;

let isServer = false;
program.hook("preAction", (_, command) => {
  isServer = servers.has(command.name());
});
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    // The second time the user means it.
    if (interrupted.signal.aborted) process.exit(130);
    interrupted.abort();
    // Whatever they wait for, such as a server that does not answer.
    if (!isServer) setTimeout(() => process.exit(130), endWithinMs).unref();
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
// Everything has been awaited; a connection that lingers must not keep the process. A slow reader has to get all of it.
for (const stream of [process.stdout, process.stderr]) await new Promise((resolve) => stream.write("", resolve));
process.exit();
