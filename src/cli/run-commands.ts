import type { Command } from "commander";
import { type CommandContext, connecting, count, examples, printing } from "./command-options.ts";

/** Adds the commands about runs and event listeners. */
export function addRunCommands(program: Command, context: CommandContext): void {
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
    ).action((options) => context.finish(import("./commands/run.ts").then(({ listRuns }) => listRuns(options)))),
    ["tektite run list", "tektite run list -A -o wide", "tektite run list -l triggers.tekton.dev/eventlistener=hello"],
  );
  examples(
    printing(
      connecting(run.command("describe [name]").description("what a run is, how it went, its tasks; the newest one")),
    ).action((name, options) =>
      context.finish(import("./commands/run.ts").then(({ describeRun }) => describeRun(name, options))),
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
      context.finish(
        import("./commands/run.ts").then(({ runLogs }) => runLogs(name, { ...options, signal: context.signal })),
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
    ).action((name, options) =>
      context.finish(import("./commands/run.ts").then(({ cancelRun }) => cancelRun(name, options))),
    ),
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
    ).action((options) =>
      context.finish(import("./commands/listener.ts").then(({ listListeners }) => listListeners(options))),
    ),
    ["tektite el list -A"],
  );
  examples(
    printing(
      connecting(el.command("describe <name>").description("a listener's address, triggers, conditions and events")),
    ).action((name, options) =>
      context.finish(import("./commands/listener.ts").then(({ describeListener }) => describeListener(name, options))),
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
        .option("--since <time>", "only lines newer than this: 5m, 1d, or a time"),
    ).action((name, options) =>
      context.finish(
        import("./commands/listener.ts").then(({ listenerLogs }) =>
          listenerLogs(name, { ...options, signal: context.signal }),
        ),
      ),
    ),
    ["tektite el logs hello", "tektite el logs hello -f"],
  );
}
