import { type Command, Option } from "commander";
import type { CommandContext } from "./command-options.ts";
import { installModes } from "./install/install-options.ts";

/** The parts of an installation on a cluster, which take flags as Go programs do. */
const roles = [
  {
    name: "sink",
    about: "on a cluster: the listener of one EventListener, or of many",
    load: async () => (await import("./commands/sink.ts")).sink,
    help: `Takes the flags of Tekton's eventlistenersink (-el-name, -el-namespace, -port, ...), so that Tekton's own
controller can deploy it, and:
  -kubeconfig FILE, -context NAME   the API server; default: the cluster that it runs in
  -core-interceptors WHERE          local: in this process; remote: by calling their service;
                                    auto (default): local if the account may read the secrets
  -journal-dir FOLDER               keep accepted events here; default: in memory
  -journal URL                      keep them in PostgreSQL, shared by replicas (or $TEKTITE_JOURNAL_URL)
  -max-body-bytes N                 larger events are refused (default 26214400)
  -max-in-flight N                  runs of triggers at once (default 64), with -shared for each namespace
  -github-hosts HOST,...            GitHub Enterprise hosts that tokens may be sent to
  -correct-cloudevents              CloudEvents with one well-formed source and ids of their own, unlike Tekton's
  -shared -namespaces A,B           every EventListener of these namespaces, at /NAMESPACE/NAME, at its Service's name
                                    and at the hosts in its annotation tektite.dev/hosts
  -shared -namespace-selector SEL   the same for namespaces with these labels
  -service NAME[:PORT]              with -shared: the Service that leads here (port 8080): each EventListener gets a
                                    Service el-NAME that leads there, and its address
  -max-waiting N                    with -shared: events of one namespace that may wait (default 2000)
  -drain-delay, -drain-timeout      seconds from SIGTERM to closing the port (3), then for events under way (20)`,
    examples: [
      "tektite sink -el-name push -el-namespace ci -port 8080",
      "tektite sink --shared --namespaces team-a,team-b --port 8080 --journal-dir /var/lib/tektite",
    ],
  },
  {
    name: "controller",
    about: "on a cluster: makes Deployments and Services of EventListeners",
    load: async () => (await import("./commands/controller.ts")).controller,
    help: `Takes the flags of Tekton's controller (-el-image, -el-port, -el-security-context, -period-seconds, ...), and:
  -kubeconfig FILE, -context NAME   the API server; default: the cluster that it runs in
  -health-port N                    port of /health and /readiness (default 8080)
  -el-journal WHERE                 where sinks keep accepted events: memory (default), emptyDir, claim:NAME,
                                    postgres-secret:NAME[/KEY]; an EventListener's annotation tektite.dev/journal
                                    says it for that listener
Environment: SYSTEM_NAMESPACE and METRICS_PROMETHEUS_PORT, which sinks get too (required), CONFIG_DEFAULTS_NAME
and the like.`,
    examples: ["tektite controller -el-image registry.example.com/tektite:1"],
  },
  {
    name: "webhook",
    about: "on a cluster: defaults and validates what is written",
    load: async () => (await import("./commands/webhook.ts")).webhook,
    help: `Flags:
  -kubeconfig FILE, -context NAME   the API server; default: the cluster that it runs in
  -health-port N                    port of /health and /readiness (default 8080)
  -certificate-validity-seconds N, -certificate-renewal-seconds N, -certificate-overlap-seconds N
                                    a certificate's life (a week), what is left of it when it is renewed (a day),
                                    and how long the renewed one waits until clients know its authority (30)
  -drain-delay N                    seconds from SIGTERM to closing the port (default 3)
Environment: SYSTEM_NAMESPACE (required), WEBHOOK_PORT, WEBHOOK_SERVICE_NAME, WEBHOOK_SECRET_NAME, WEBHOOK_TLS_*.`,
    examples: ["tektite webhook --kubeconfig admin.yaml"],
  },
  {
    name: "interceptors",
    about: "on a cluster: github, gitlab, gitea, bitbucket, slack and cel over HTTPS",
    load: async () => (await import("./commands/interceptors.ts")).interceptors,
    help: `Flags:
  -kubeconfig FILE, -context NAME   the API server; default: the cluster that it runs in
  -port N                           (default 8443)
  -github-hosts HOST,...            GitHub Enterprise hosts that tokens may be sent to
  -certificate-validity-seconds N, -certificate-renewal-seconds N, -certificate-overlap-seconds N
                                    a certificate's life (a century), what is left of it when it is renewed (60), and
                                    how long the renewed one waits until listeners know its authority (120)
  -drain-delay N                    seconds from SIGTERM to closing the port (default 3)
Environment: SYSTEM_NAMESPACE (required), INTERCEPTOR_TLS_SECRET_NAME, INTERCEPTOR_TLS_SVC_NAME, TLS_*.`,
    examples: ["tektite interceptors --kubeconfig admin.yaml --port 9443"],
  },
] as const;

/** Adds what concerns an installation on a cluster: its manifests and its roles. */
export function addClusterCommands(program: Command, { finish, signal }: CommandContext): void {
  program
    .command("install")
    .description("print the manifests of an installation on a cluster")
    .addOption(
      new Option("--mode <mode>", "all of Tekton Triggers; the listener for Tekton's controller; one for namespaces")
        .choices(installModes)
        .default("full"),
    )
    .option("-n, --namespace <name>", "where the components run", "tekton-pipelines")
    .option("--image <reference>", "image of all components, where the cluster can pull it (default: tektite:VERSION)")
    .option("--journal <where>", "where listeners keep accepted events (tektite controller --help)", "emptyDir")
    .option("--namespaces <names>", "of --mode shared: whose EventListeners are served, comma-separated")
    .option("--namespace-selector <labels>", "of --mode shared: the same by labels of namespaces")
    .addHelpText(
      "after",
      `
Examples:
  tektite install --image registry.example.com/tektite:1 | kubectl apply -f -
  tektite install --mode sink-only
  tektite install --mode shared --namespaces team-a,team-b --image registry.example.com/tektite:1
  tektite install --mode shared --namespace-selector tektite=shared --image registry.example.com/tektite:1`,
    )
    .action((options) => finish(import("./commands/install.ts").then(({ install }) => install(options))));
  for (const { name, about, load, help, examples } of roles) {
    program
      .command(`${name} [flags...]`)
      .description(about)
      .usage("[flags]")
      .allowUnknownOption()
      .allowExcessArguments()
      .addHelpText("after", `\n${help}\n\nExamples:\n${examples.map((line) => `  ${line}`).join("\n")}`)
      .action((flags: readonly string[]) => finish(load().then((role) => role(flags, signal))));
  }
}

/**
 * Controllers deploy a listener's image with its flags alone, without a command: such a call is one of `tektite sink`.
 */
export function withImpliedRole(args: readonly string[]): readonly string[] {
  return /^--?(el-name|el-namespace|shared)(=|$)/.test(args[0] ?? "") ? ["sink", ...args] : args;
}

/** Flags that kubectl takes before the command, too: they go to its end. */
export function withFlagsAfterCommand(args: readonly string[]): readonly string[] {
  const [first = ""] = args;
  if (!/^(-n|--namespace|--context|--kubeconfig)(=|$)/.test(first)) return args;
  const length = first.includes("=") ? 1 : 2;
  return [...withFlagsAfterCommand(args.slice(length)), ...args.slice(0, length)];
}
