import type { Command } from "commander";
import { type CommandContext, collect, connecting, count, examples, printing } from "./command-options.ts";

/** Adds the commands about objects of any kind. */
export function addObjectCommands(program: Command, context: CommandContext): void {
  examples(
    connecting(
      program
        .command("apply [files...]")
        .description("make the server have the objects of files, folders or URLs")
        .option("-f, --filename <file>", "file, folder, URL or - (may be repeated)", collect, [])
        .option("-R, --recursive", "folders with their sub-folders")
        .option("--dry-run", "say what would change, change nothing"),
    ).action((files, options) =>
      context.finish(
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
      context.finish(
        import("./commands/get.ts").then(({ get }) => get([type, ...names], { ...options, signal: context.signal })),
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
      context.finish(import("./commands/describe.ts").then(({ describe }) => describe([type, ...names], options))),
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
      context.finish(
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
        .option("--since <time>", "only lines newer than this: 5m, 1d, or a time")
        .option("--timestamps", "with the time of each line")
        .option("--previous", "of the container's previous life"),
    ).action((pod, options) =>
      context.finish(
        import("./commands/logs.ts").then(({ logs }) => logs(pod, { ...options, signal: context.signal })),
      ),
    ),
    ["tektite logs -l eventlistener=hello", "tektite logs hello-x7k2p-clone-pod -c step-clone -f"],
  );
}
