import { type Command, Option } from "commander";
import { type CommandContext, collect, connecting, count, examples, printing } from "./command-options.ts";

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

/** Adds the commands about stored events. */
export function addEventCommands(program: Command, context: CommandContext): void {
  const events = program.command("events").description("what came in, what became of it and why; run it again");

  examples(
    printing(
      choosingEvents(events.command("list").description("events, newest first"))
        .option("-A, --all-namespaces", "of all namespaces")
        .option("--limit <n>", "at most so many (default: 50)", count),
    ).action((options) => context.finish(import("./commands/events.ts").then(({ listEvents }) => listEvents(options)))),
    ["tektite events list", "tektite events list --verdict rejected --since 24h -o wide", "tektite events list -A"],
  );
  examples(
    printing(
      choosingEvents(events.command("show [id]").description("all that is stored of an event; the newest one")),
    ).action((id, options) =>
      context.finish(import("./commands/events.ts").then(({ showEvent }) => showEvent(id, options))),
    ),
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
      context.finish(import("./commands/events.ts").then(({ explainEvent }) => explainEvent(id, options))),
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
      context.finish(
        import("./commands/events-replay.ts").then(({ replayEvents }) =>
          replayEvents(ids, { ...options, signal: context.signal }),
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
        context.finish(import("./commands/events.ts").then(({ exportEvent }) => exportEvent(id, options))),
      ),
    ["tektite events export 3f2a > push.http", "tektite events export --format test --file push.test.yaml"],
  );
  examples(
    choosingEvents(events.command("tail").description("a line for each verdict, as it comes"))
      .option("-A, --all-namespaces", "of all namespaces")
      .action((options) =>
        context.finish(
          import("./commands/events-tail.ts").then(({ tailEvents }) =>
            tailEvents({ ...options, signal: context.signal }),
          ),
        ),
      ),
    ["tektite events tail", "tektite events tail --listener hello --since 10m"],
  );

  examples(
    choosingEvents(
      program
        .command("backtest")
        .description(
          "what a change of configuration would have done to the stored events: runs added, removed, changed",
        )
        .option("-f, --filename <file>", "objects to put over those of the server (may be repeated)", collect, [])
        .option("-R, --recursive", "folders with their sub-folders"),
    )
      .option("-A, --all-namespaces", "events of all namespaces")
      .option("--limit <n>", "at most so many events, the newest", count)
      .option("--call-remote", "call interceptors outside of this process, and the API of GitHub")
      .addOption(new Option("-o, --output <format>", "output format").choices(["text", "json", "yaml"]).default("text"))
      .action((options) => context.finish(import("./commands/backtest.ts").then(({ backtest }) => backtest(options)))),
    ["tektite backtest -f new.yaml --since 24h", "tektite backtest -f triggers/ --repository acme/shop -o json"],
  );
}
