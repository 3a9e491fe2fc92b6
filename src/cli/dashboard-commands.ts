import type { Command } from "commander";
import { type CommandContext, collect, connecting, examples, signingIn } from "./command-options.ts";

/** Adds the dashboard, and the commands that ask its endpoints. */
export function addDashboardCommands(program: Command, { finish, signal }: CommandContext): void {
  const dashboard = program
    .command("dashboard")
    .description("a web page that shows what came in, what it caused and why, for any API server; its endpoints")
    .enablePositionalOptions();
  examples(
    connecting(
      dashboard
        .option("--address <host:port>", "where the page is served", "127.0.0.1:8090")
        .option("--host-name <name>", "a name by which browsers call it (may be repeated)", collect, [])
        .option("--read-only", "show everything, change nothing"),
    ).action((options) =>
      finish(import("./commands/dashboard.ts").then(({ dashboard }) => dashboard({ ...options, signal }))),
    ),
    ["tektite dashboard", "tektite dashboard --kubeconfig ~/.kube/config --address 127.0.0.1:9090 --read-only"],
  );
  examples(
    signingIn(
      dashboard
        .command("get [path]")
        .description("print what an endpoint of the dashboard answers you, without a page; without a path, list them"),
    ).action((path, _options, command: Command) =>
      finish(
        import("./commands/dashboard-endpoint.ts").then(({ getEndpoint }) =>
          getEndpoint(path, { ...command.optsWithGlobals(), signal }),
        ),
      ),
    ),
    [
      "tektite dashboard get",
      "tektite dashboard get /api/overview",
      "tektite dashboard get '/api/events?verdict=failed&since=24h'",
    ],
  );
  examples(
    signingIn(
      dashboard
        .command("post <path>")
        .description("have an endpoint of the dashboard do something, without a page")
        .option("--data <json>", "what it is told, a JSON object; -: from standard input", "{}"),
    ).action((path, _options, command: Command) =>
      finish(
        import("./commands/dashboard-endpoint.ts").then(({ postEndpoint }) =>
          postEndpoint(path, { ...command.optsWithGlobals<{ data: string }>(), signal }),
        ),
      ),
    ),
    [
      "tektite dashboard post /api/runs/pipelineruns/default/hello-x7k2p/rerun",
      'tektite dashboard post /api/runs/pipelineruns/default/hello-x7k2p/cancel --data \'{"mode":"stop-finally"}\'',
    ],
  );
}
