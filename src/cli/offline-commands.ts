import { type Command, Option } from "commander";
import { type CommandContext, collect, examples } from "./command-options.ts";

/** Adds the commands that need no server. */
export function addOfflineCommands(program: Command, context: CommandContext): void {
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
        context.finish(import("./commands/trigger-run.ts").then(({ runTriggers }) => runTriggers(name, options))),
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
        context.finish(
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
        context.finish(
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
        context.finish(
          import("./commands/test-triggers.ts").then(({ testTriggers }) =>
            testTriggers(paths, { ...options, signal: context.signal }),
          ),
        ),
      ),
    ["tektite test examples/tests", "tektite test . --filter push --junit results.xml", "tektite test . --watch"],
  );
}
